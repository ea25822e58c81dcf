package dev.mayfly.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.mayfly.async.AsyncExecutions;
import dev.mayfly.async.Replica;
import dev.mayfly.store.Eventually;
import dev.mayfly.store.StoreException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/// What runs here, and beside it.
@Path("/v1")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public class InfoResource {
    private final ServiceInfo info;
    private final Eventually<AsyncExecutions> executions;

    public InfoResource(ServiceInfo info, Eventually<AsyncExecutions> executions) {
        this.info = info;
        this.executions = executions;
    }

    @GET
    @Path("info")
    @RolesAllowed({"read", "execute", "admin"})
    @Operation(operationId = "showInfo", summary = "The service's version, image, engine and name")
    public ServiceInfo info() {
        return info;
    }

    /// @param version missing where an earlier release runs, which does not say
    /// @param draining whether it is about to stop
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ReplicaView(String name, @Nullable String version, @Nullable String joinedAt, boolean draining) {
        static ReplicaView of(Replica replica) {
            return new ReplicaView(replica.name(), replica.version().orElse(null), replica.joinedAt().map(Instant::toString).orElse(null), replica.draining());
        }
    }

    public record ReplicasView(List<ReplicaView> replicas) {}

    @GET
    @Path("replicas")
    @RolesAllowed("admin")
    @Operation(operationId = "listReplicas", summary = "The replicas that share this one's store and are alive; one that died is listed for another 10 s")
    public ReplicasView replicas() throws StoreException, InterruptedException {
        return new ReplicasView(executions.get().presence().replicas().stream().map(ReplicaView::of).toList());
    }
}
