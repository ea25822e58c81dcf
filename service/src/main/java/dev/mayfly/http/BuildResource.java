package dev.mayfly.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mayfly.build.BuildException;
import dev.mayfly.build.BuildJob;
import dev.mayfly.build.BuildQueue;
import dev.mayfly.build.BuildRequest;
import dev.mayfly.build.BuildSettings;
import dev.mayfly.build.NpmFiles;
import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.wire.Json;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/// Builds of runtimes with further packages, on this replica's host.
@Path("/v1/builds")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RolesAllowed("admin")
public class BuildResource {
    private static final String PATH = "/v1/builds/";
    private static final int RETRY_SECONDS = 30;
    private static final Duration CANCEL_PATIENCE = Duration.ofSeconds(5);

    private final BuildQueue builds;
    private final BuildSettings settings;
    private final Caller caller;
    private final Bodies bodies;
    private final HeapBudget heap;
    private final DoorSettings door;

    public BuildResource(BuildQueue builds, BuildSettings settings, Caller caller, Bodies bodies, HeapBudget heap, DoorSettings door) {
        this.builds = builds;
        this.settings = settings;
        this.caller = caller;
        this.bodies = bodies;
        this.heap = heap;
        this.door = door;
    }

    /// @param name what submissions will call the runtime
    /// @param from the runtime that it is made from
    /// @param tenant whose it will be; everybody's when left out
    /// @param pip a requirements.txt
    /// @param npm a package.json
    /// @param npmLock its package-lock.json
    /// @param apt names of Debian packages
    /// @param dockerfile instead of packages, where mayfly.builds.dockerfiles allows it
    /// @param preload modules that Python's waiting interpreter imports
    public record BuildRequestView(
            @Nullable String name, @Nullable String from, @Nullable String tenant, @Nullable String pip,
            @Schema(type = SchemaType.OBJECT, implementation = Object.class) @Nullable JsonNode npm,
            @Schema(type = SchemaType.OBJECT, implementation = Object.class) @Nullable JsonNode npmLock,
            @Nullable List<String> apt, @Nullable String dockerfile, @Nullable List<String> preload) {
        BuildRequest toRequest(String requestedBy, BuildSettings settings) {
            Optional<NpmFiles> files = Optional.ofNullable(npm).map(manifest -> NpmFiles.of(manifest.toString(), Optional.ofNullable(npmLock).map(JsonNode::toString), settings.npmRegistry()));
            if (npmLock != null && npm == null) {
                throw new IllegalArgumentException("npmLock needs npm beside it");
            }
            return new BuildRequest(
                    name == null ? "" : name, from == null ? "" : from, Optional.ofNullable(tenant), requestedBy, apt == null ? List.of() : apt, Optional.ofNullable(pip), files,
                    Optional.ofNullable(dockerfile), preload == null ? List.of() : preload);
        }
    }

    public record BuildsView(List<BuildView> builds) {}

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(operationId = "buildRuntime", summary = "Builds a runtime with further packages. One build runs at a time; it serves once its hello has passed in a sandbox")
    @RequestBody(required = true, content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = BuildRequestView.class)))
    @APIResponse(responseCode = "202", description = "It is queued; Location is where it is looked at",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = BuildView.class)))
    @APIResponse(responseCode = "501", description = "This installation cannot build it; `detail` says what is missing")
    public Response build(InputStream body, @Context RoutingContext exchange) throws RejectedException, InterruptedException {
        String who = caller.tenant();
        try (var hold = heap.hold()) {
            BuildRequestView view = Json.read(bodies.read(body, exchange, hold), BuildRequestView.class);
            BuildJob job = submit(view, who).orElseThrow(() ->
                    Problems.of(ProblemKind.BUILD_QUEUE_FULL, "other builds wait already").withHeader(HttpHeaders.RETRY_AFTER, RETRY_SECONDS).build());
            return Response.accepted(BuildView.of(job)).header(HttpHeaders.LOCATION, PATH + job.id()).build();
        }
    }

    private Optional<BuildJob> submit(BuildRequestView view, String who) throws RejectedException {
        try {
            BuildRequest request = view.toRequest(who, settings);
            if (!request.isData() && !settings.dockerfiles()) {
                throw Problems.of(ProblemKind.BUILDS_UNAVAILABLE, "a Dockerfile runs as root on the service's host; mayfly.builds.dockerfiles=true allows it").build();
            }
            return builds.submit(request);
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()));
        } catch (BuildException e) {
            if (e.reason() == BuildException.Cause.REQUEST) {
                throw invalid(String.valueOf(e.getMessage()));
            }
            throw Problems.of(ProblemKind.BUILDS_UNAVAILABLE, String.valueOf(e.getMessage())).build();
        }
    }

    /// The words begin with the field's name.
    private static RejectedException invalid(String words) {
        return RejectedException.invalid(words.split("[ :,]", 2)[0], words);
    }

    @GET
    @Operation(operationId = "listBuilds", summary = "The builds of this replica since its start, the newest first; at most 50")
    public BuildsView builds() {
        return new BuildsView(builds.all().stream().map(BuildView::of).toList());
    }

    @GET
    @Path("{id}")
    @Operation(operationId = "getBuild", summary = "A build as it is now")
    @APIResponse(responseCode = "200", description = "As it is now", content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = BuildView.class)))
    @APIResponse(responseCode = "404", description = "There is none on this replica")
    public BuildView build(@PathParam("id") String id) {
        return BuildView.of(found(id));
    }

    private BuildJob found(String id) {
        return builds.find(id).orElseThrow(() -> Problems.unknown(ProblemKind.UNKNOWN_BUILD));
    }

    @GET
    @Path("{id}/events")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(operationId = "followBuild", summary = "A build's log while it runs and afterwards, from the line after Last-Event-ID")
    @APIResponse(responseCode = "200", description = "log for each line, then ended with the build",
            content = @Content(mediaType = MediaType.SERVER_SENT_EVENTS, schema = @Schema(type = SchemaType.STRING)))
    @APIResponse(responseCode = "404", description = "There is none on this replica")
    @Blocking // as the class says; without it the framework logs an error for each start
    public Multi<OutboundSseEvent> events(@PathParam("id") String id, @HeaderParam("Last-Event-ID") @Nullable String lastEventId, @Context Sse sse, @Context RoutingContext exchange)
            throws RejectedException {
        long after = lastEventId == null ? 0 : AsyncExecutionResource.number(lastEventId);
        return EventStream.of(new BuildSource(found(id), Math.clamp(after, 0, Integer.MAX_VALUE)), sse, door, exchange);
    }

    @DELETE
    @Path("{id}")
    @Operation(operationId = "cancelBuild", summary = "Cancels a build that is queued or running")
    @APIResponse(responseCode = "200", description = "As it is now", content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = BuildView.class)))
    @APIResponse(responseCode = "404", description = "There is none on this replica")
    public BuildView cancel(@PathParam("id") String id) throws InterruptedException {
        BuildJob job = found(id);
        builds.cancel(job);
        builds.awaitEnd(job, CANCEL_PATIENCE);
        return BuildView.of(job);
    }
}
