package dev.mayfly.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mayfly.execution.RejectedException;
import dev.mayfly.function.FunctionLinks;
import dev.mayfly.store.Eventually;
import dev.mayfly.store.StoreException;
import dev.mayfly.wire.FunctionReference;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URLEncoder;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/// Secret links, by which others may run functions whose definitions say so.
@Path("/v1/functions/{function}/link")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RolesAllowed("execute")
public class FunctionLinkResource {
    private final Eventually<FunctionLinks> links;
    private final Caller caller;

    public FunctionLinkResource(Eventually<FunctionLinks> links, Caller caller) {
        this.links = links;
        this.caller = caller;
    }

    /// @param path on this service; shown this once
    public record LinkView(String path) {}

    @POST
    @Operation(operationId = "renewFunctionLink", summary = "Makes a new secret link to a function, and shows it this once. The earlier link stops working")
    @APIResponse(responseCode = "201", description = "A caller who has it needs no key, while the function's http.access is `link`",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = LinkView.class)))
    @APIResponse(responseCode = "404", description = "No such function")
    public Response renew(@PathParam("function") String function) throws RejectedException, StoreException, InterruptedException {
        String tenant = caller.tenant();
        String name = FunctionReference.name(function);
        String token = links.get().renew(tenant, name).orElseThrow(() -> unknown(name));
        return Response.status(Response.Status.CREATED).entity(new LinkView("%s%s/%s/%s".formatted(WebFunctionResource.PREFIX, URLEncoder.encode(tenant, UTF_8).replace("+", "%20"), name, token))).build();
    }

    @DELETE
    @Operation(operationId = "revokeFunctionLink", summary = "Ends a function's secret link")
    @APIResponse(responseCode = "204", description = "It has ended")
    @APIResponse(responseCode = "404", description = "The function does not exist, or has no link")
    public void revoke(@PathParam("function") String function) throws RejectedException, StoreException, InterruptedException {
        String name = FunctionReference.name(function);
        if (!links.get().revoke(caller.tenant(), name)) {
            throw unknown(name);
        }
    }

    private static RuntimeException unknown(String name) {
        return Problems.of(ProblemKind.UNKNOWN_FUNCTION, "the function %s does not exist, or has no link".formatted(name)).build();
    }
}
