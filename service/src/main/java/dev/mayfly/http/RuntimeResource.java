package dev.mayfly.http;

import dev.mayfly.execution.ServedRuntimes;
import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.sandbox.SandboxSpec;
import dev.mayfly.wire.ResultView;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;

/// The languages on offer.
@Path("/v1/runtimes")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed({"read", "execute", "admin"})
public class RuntimeResource {
    private final ServedRuntimes runtimes;

    public RuntimeResource(ServedRuntimes runtimes) {
        this.runtimes = runtimes;
    }

    /// @param sandboxes how many of this replica are alive
    /// @param serving whether new ones are made of it
    public record ImageView(String digest, int sandboxes, boolean serving) {}

    /// @param image its name
    /// @param images that sandboxes are made of, or still alive of
    /// @param available whether an image of it works now
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
            Map<String, Number> ceilings) {}

    public record RuntimesView(List<RuntimeView> runtimes) {}

    @GET
    @Operation(operationId = "listRuntimes", summary = "The runtimes with their versions, default limits and ceilings")
    public RuntimesView runtimes() {
        return new RuntimesView(runtimes.offered().stream().map(this::view).toList());
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
                ResultView.limits(runtime.ceilings()));
    }
}
