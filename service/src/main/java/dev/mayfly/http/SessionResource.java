package dev.mayfly.http;

import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.session.Cell;
import dev.mayfly.session.Session;
import dev.mayfly.session.SessionEnd;
import dev.mayfly.session.SessionEndedException;
import dev.mayfly.wire.Json;
import dev.mayfly.wire.SessionRequests.CellRequest;
import dev.mayfly.wire.SessionRequests.ExtendSessionRequest;
import dev.mayfly.wire.SessionRequests.OpenSessionRequest;
import dev.mayfly.wire.SessionViews.CellView;
import dev.mayfly.wire.SessionViews.SessionView;
import dev.mayfly.wire.SessionViews.SessionsView;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/// Sandboxes that a tenant holds for a while, and the cells that run in them.
@Path("/v1/sessions")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RolesAllowed("execute")
public class SessionResource {
    private static final String PATH = "/v1/sessions/";

    private final SessionDoor door;
    private final DoorSettings settings;
    private final Caller caller;
    private final Bodies bodies;
    private final HeapBudget heap;

    public SessionResource(SessionDoor door, DoorSettings settings, Caller caller, Bodies bodies, HeapBudget heap) {
        this.door = door;
        this.settings = settings;
        this.caller = caller;
        this.bodies = bodies;
        this.heap = heap;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(operationId = "openSession", summary = "Opens a session: one fresh sandbox that the tenant holds until it is closed, is idle for too long, or its time is over")
    @RequestBody(required = true, content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = OpenSessionRequest.class)))
    @APIResponse(responseCode = "201", description = "It is open; Location is its address",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = SessionView.class)))
    @APIResponse(responseCode = "422", description = "The runtime is unknown, or a limit is over its ceiling")
    @APIResponse(responseCode = "429", description = "The tenant has as many sessions, or executions, as it may")
    @APIResponse(responseCode = "503", description = "No sandbox is free, or there are as many sessions as there may be")
    public Response open(InputStream body, @Context RoutingContext exchange) throws RejectedException, InterruptedException {
        try (var hold = heap.hold()) {
            OpenSessionRequest request = Json.read(bodies.read(body, exchange, hold), OpenSessionRequest.class);
            Session session = door.sessions().open(request.toRequest(caller.tenant()), settings.patience());
            return Response.status(Response.Status.CREATED).header(HttpHeaders.LOCATION, PATH + session.id()).entity(SessionView.of(session)).build();
        }
    }

    @GET
    @Operation(operationId = "listSessions", summary = "The tenant's sessions on this replica, the oldest first")
    public SessionsView sessions() {
        return new SessionsView(door.sessions().all(caller.tenant()).stream().map(SessionView::of).toList());
    }

    @GET
    @Path("{id}")
    @Operation(operationId = "getSession", summary = "A session as it is now")
    @APIResponse(responseCode = "200", description = "As it is now", content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = SessionView.class)))
    @APIResponse(responseCode = "404", description = "There is none")
    @APIResponse(responseCode = "410", description = "It has ended; `reason` says why")
    public SessionView session(@PathParam("id") String id) {
        return SessionView.of(door.find(id));
    }

    @PATCH
    @Path("{id}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(operationId = "extendSession", summary = "Puts a session's end off, or forward; at most to mayfly.sessions.max-ttl after its start")
    @RequestBody(required = true, content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = ExtendSessionRequest.class)))
    @APIResponse(responseCode = "200", description = "`endsAt` is when it ends now", content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = SessionView.class)))
    @APIResponse(responseCode = "404", description = "There is none")
    @APIResponse(responseCode = "410", description = "It has ended; `reason` says why")
    public SessionView extend(@PathParam("id") String id, InputStream body, @Context RoutingContext exchange) throws RejectedException, SessionEndedException, InterruptedException {
        try (var hold = heap.hold()) {
            Duration left = Json.read(bodies.read(body, exchange, hold), ExtendSessionRequest.class).left(longest());
            Session session = door.find(id);
            session.endIn(left);
            return SessionView.of(session);
        }
    }

    private Duration longest() {
        return door.sessions().settings().maxTime();
    }

    @DELETE
    @Path("{id}")
    @Operation(operationId = "closeSession", summary = "Closes a session: everything in it ends, and its sandbox is destroyed")
    @APIResponse(responseCode = "204", description = "It is closed")
    @APIResponse(responseCode = "404", description = "There is none")
    @APIResponse(responseCode = "410", description = "It has ended before; `reason` says why")
    public void close(@PathParam("id") String id) {
        door.find(id).close(SessionEnd.Reason.CLOSED);
    }

    /// @param interrupted whether a cell ran
    public record InterruptView(boolean interrupted) {}

    @POST
    @Path("{id}/interrupt")
    @Operation(operationId = "interruptSession", summary = "Interrupts the cell that runs, as Ctrl-C does; one that does not heed it in time loses its interpreter")
    @APIResponse(responseCode = "200", description = "Whether a cell ran", content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = InterruptView.class)))
    @APIResponse(responseCode = "404", description = "There is none")
    @APIResponse(responseCode = "410", description = "It has ended; `reason` says why")
    public InterruptView interrupt(@PathParam("id") String id) throws SessionEndedException {
        return new InterruptView(door.find(id).interrupt());
    }

    @POST
    @Path("{id}/cells")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(operationId = "runCell", summary = "Runs code that finds what the cells before it have made; with Accept: text/event-stream, its output as it comes. A caller that leaves interrupts it")
    @RequestBody(required = true, content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = CellRequest.class)))
    @APIResponse(responseCode = "200", description = "It has ended, in whatever way; as text/event-stream, its events: stdout, stderr, display, result, error, ended",
            content = {@Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = CellView.class)),
                    @Content(mediaType = MediaType.SERVER_SENT_EVENTS, schema = @Schema(type = SchemaType.STRING))})
    @APIResponse(responseCode = "404", description = "No such session")
    @APIResponse(responseCode = "410", description = "The session has ended; `reason` says why")
    public CellView run(@PathParam("id") String id, InputStream body, @Context RoutingContext exchange) throws RejectedException, SessionEndedException, InterruptedException {
        Session session = door.find(id);
        try (Cell cell = cell(session, body, exchange)) {
            exchange.response().closeHandler(closed -> cell.cancel());
            session.run(cell);
            return CellView.of(cell, cell.log().ended().orElseThrow());
        }
    }

    @POST
    @Path("{id}/cells")
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(hidden = true)
    @Blocking // as the class says; without it the framework logs an error for each start
    public Multi<OutboundSseEvent> stream(@PathParam("id") String id, InputStream body, @Context Sse sse, @Context RoutingContext exchange)
            throws RejectedException, SessionEndedException, InterruptedException {
        Session session = door.find(id);
        return EventStream.of(RunSource.of(session, cell(session, body, exchange)), sse, settings, exchange);
    }

    private Cell cell(Session session, InputStream body, RoutingContext exchange) throws RejectedException, SessionEndedException, InterruptedException {
        try (var hold = heap.hold()) {
            CellRequest request = Json.read(bodies.read(body, exchange, hold), CellRequest.class);
            return session.cell(request.requireCode(), request.timeout(session.limits(), longest()), request.output(session.limits()));
        }
    }
}
