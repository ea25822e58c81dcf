package dev.mayfly.http;

import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/// What somebody finds who opens the service's address: what this is, and where to go on.
@Path("/")
@PermitAll
public class StartPage {
    private static final String WHAT = "Mayfly runs programs in fresh sandboxes.";
    private static final Map<String, String> PLACES = new TreeMap<>(Map.of(
            "executions", "/v1/executions",
            "health", "/health/ready",
            "metrics", "/metrics",
            "openapi", "/openapi",
            "problems", "/problems",
            "runtimes", "/v1/runtimes"));

    /// @param links where the parts of the service are
    public record StartView(String name, String description, Map<String, String> links) {}

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(operationId = "showStart", summary = "What this service is, and where its parts are; JSON, or a page for `Accept: text/html`")
    @APIResponse(responseCode = "200", description = "Name, description, and links by name")
    public StartView json() {
        return new StartView("mayfly", WHAT, PLACES);
    }

    @GET
    @Produces(HtmlPage.MEDIA_TYPE)
    @Operation(hidden = true)
    public String page() {
        return HtmlPage.of("Start page", "<p>%s Send one with <code>POST /v1/executions</code>:\n<pre>%s</pre>\n%s".formatted(
                WHAT,
                "{\"runtime\": \"python\", \"code\": \"print(6*7)\"}",
                PLACES.entrySet().stream().map(place -> "<li><a href=\"%s\">%s</a>".formatted(place.getValue(), place.getKey())).collect(Collectors.joining("\n", "<ul>\n", "\n</ul>"))));
    }
}
