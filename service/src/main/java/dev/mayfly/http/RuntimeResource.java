package dev.mayfly.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.mayfly.execution.ServedRuntimes;
import dev.mayfly.runtime.BuiltRuntimes;
import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.sandbox.SandboxSpec;
import dev.mayfly.wire.ResultView;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/// The languages on offer.
@Path("/v1/runtimes")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RolesAllowed({"read", "execute", "admin"})
public class RuntimeResource {
    private final ServedRuntimes runtimes;
    private final BuiltRuntimes built;
    private final Caller caller;

    public RuntimeResource(ServedRuntimes runtimes, BuiltRuntimes built, Caller caller) {
        this.runtimes = runtimes;
        this.built = built;
        this.caller = caller;
    }

    /// @param sandboxes how many of this replica are alive
    /// @param serving whether new ones are made of it
    public record ImageView(String digest, int sandboxes, boolean serving) {}

    /// @param image its name
    /// @param images that sandboxes are made of, or still alive of
    /// @param available whether an image of it works now
    /// @param tenant whose it is; missing where it is everybody's
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record RuntimeView(
            String id,
            String name,
            String version,
            List<String> aliases,
            boolean available,
            String image,
            String imageDigest,
            List<ImageView> images,
            String entrypoint,
            List<String> extensions,
            Map<String, Number> minimums,
            Map<String, Number> limits,
            Map<String, Number> ceilings,
            @Nullable String tenant) {}

    public record RuntimesView(List<RuntimeView> runtimes) {}

    @GET
    @Operation(operationId = "listRuntimes", summary = "The runtimes that the caller may use, with their versions, default limits and ceilings; for the scope admin all")
    public RuntimesView runtimes() {
        List<LanguageRuntime> offered = caller.isAdmin() ? runtimes.offered() : runtimes.offered(caller.tenant());
        return new RuntimesView(offered.stream().map(this::view).toList());
    }

    @POST
    @Path("{name}/rollback")
    @RolesAllowed("admin")
    @Operation(operationId = "rollBackRuntime", summary = "The build that served before under this name serves again, once its hello has passed in a sandbox")
    @APIResponse(responseCode = "204", description = "It is rolled back; sandboxes are made of it within mayfly.pool.refresh-interval")
    @APIResponse(responseCode = "404", description = "It was not built here, or has no earlier build")
    public void rollBack(@PathParam("name") String name) throws IOException {
        if (built.rollBack(name).isEmpty()) {
            throw Problems.unknown(ProblemKind.NOT_BUILT);
        }
    }

    @DELETE
    @Path("{name}")
    @RolesAllowed("admin")
    @Operation(operationId = "removeRuntime", summary = "Takes a runtime that was built here out of use, with all its builds")
    @APIResponse(responseCode = "204", description = "It is removed")
    @APIResponse(responseCode = "404", description = "It was not built here")
    public void remove(@PathParam("name") String name) throws IOException {
        if (!built.remove(name)) {
            throw Problems.unknown(ProblemKind.NOT_BUILT);
        }
    }

    private RuntimeView view(LanguageRuntime runtime) {
        var spec = runtimes.spec(runtime);
        return new RuntimeView(
                runtime.id(),
                runtime.name(),
                runtime.version(),
                runtimes.catalog().aliases(runtime),
                spec.isPresent(),
                runtime.image(),
                spec.map(SandboxSpec::image).orElse(""),
                runtimes.imagesInUse(runtime).stream().map(use -> new ImageView(use.image(), use.sandboxes(), use.serving())).toList(),
                runtime.entrypoint(),
                runtime.extensions(),
                ResultView.limits(runtime.minimums()),
                ResultView.limits(runtime.defaults()),
                ResultView.limits(runtime.ceilings()),
                runtime.tenant().orElse(null));
    }
}
