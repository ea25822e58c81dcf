package dev.mayfly.http;

import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/// The pages to which the `type` of a problem leads.
@Path("/problems")
@Produces(HtmlPage.MEDIA_TYPE)
@PermitAll
public class ProblemPages {
    @GET
    @Operation(operationId = "listProblems", summary = "A page that lists all kinds of problems")
    @APIResponse(responseCode = "200", description = "The page")
    public String all() {
        return HtmlPage.of("Problems", Arrays.stream(ProblemKind.values())
                .map(kind -> "<li><a href=\"%s\">%s</a> (%d): %s".formatted(kind.type(), kind.wireName(), kind.status(), kind.title()))
                .collect(Collectors.joining("\n", "<ul>\n", "\n</ul>")));
    }

    @GET
    @Path("{name}")
    @Operation(operationId = "explainProblem", summary = "The page to which a problem's `type` leads; it explains the problem")
    @APIResponse(responseCode = "200", description = "The page")
    @APIResponse(responseCode = "404", description = "No such kind of problem")
    public String one(@PathParam("name") String name) {
        ProblemKind kind = ProblemKind.named(name).orElseThrow(() -> Problems.of(ProblemKind.NOT_FOUND, "no such kind of problem").build());
        return HtmlPage.of(kind.title(), "<p>Status %d, type <code>%s</code>\n<p>%s\n<p><a href=\"/problems\">All problems</a>"
                .formatted(kind.status(), kind.type(), kind.explanation()));
    }
}
