package dev.mayfly.http;

import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.session.Command;
import dev.mayfly.session.Session;
import dev.mayfly.session.SessionEndedException;
import dev.mayfly.wire.InputMessage;
import dev.mayfly.wire.Json;
import dev.mayfly.wire.SessionRequests.RunCommandRequest;
import dev.mayfly.wire.SessionViews.CommandView;
import dev.mayfly.wire.SessionViews.CommandsView;
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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/// Programs that run beside the cells of a session.
@Path("/v1/sessions/{session}/commands")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RolesAllowed("execute")
public class SessionCommandResource {
    private static final int MAX_INPUT_BYTES = 1 << 18;
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration END_PATIENCE = Duration.ofSeconds(5);

    private final SessionDoor door;
    private final DoorSettings settings;
    private final Bodies bodies;
    private final HeapBudget heap;

    public SessionCommandResource(SessionDoor door, DoorSettings settings, Bodies bodies, HeapBudget heap) {
        this.door = door;
        this.settings = settings;
        this.bodies = bodies;
        this.heap = heap;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(operationId = "runCommand",
            summary = "Runs a program in the session; with Accept: text/event-stream, its output as it comes. A caller that leaves ends it, but not one in the background")
    @RequestBody(required = true, content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = RunCommandRequest.class)))
    @APIResponse(responseCode = "200", description = "It has ended, in whatever way; as text/event-stream, its events: stdout, stderr, ended",
            content = {@Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = CommandView.class)),
                    @Content(mediaType = MediaType.SERVER_SENT_EVENTS, schema = @Schema(type = SchemaType.STRING))})
    @APIResponse(responseCode = "201", description = "It runs in the background; Location is its address",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = CommandView.class)))
    @APIResponse(responseCode = "404", description = "No such session")
    @APIResponse(responseCode = "410", description = "The session has ended; `reason` says why")
    public Response run(@PathParam("session") String id, InputStream body, @Context RoutingContext exchange)
            throws RejectedException, SessionEndedException, SandboxException, InterruptedException {
        Session session = door.find(id);
        RunCommandRequest request = read(body, exchange);
        Command command = start(session, request);
        if (request.isInBackground()) {
            String place = "/v1/sessions/%s/commands/%d".formatted(session.id(), command.number());
            return Response.status(Response.Status.CREATED).header(HttpHeaders.LOCATION, place).entity(CommandView.withoutOutput(command)).build();
        }
        try {
            exchange.response().closeHandler(closed -> command.cancel(Outcome.By.DISCONNECT));
            command.awaitEnd();
            return Response.ok(CommandView.of(command)).build();
        } finally {
            session.forget(command);
        }
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(hidden = true)
    @Blocking // as the class says; without it the framework logs an error for each start
    public Multi<OutboundSseEvent> stream(@PathParam("session") String id, InputStream body, @Context Sse sse, @Context RoutingContext exchange)
            throws RejectedException, SessionEndedException, SandboxException, InterruptedException {
        Session session = door.find(id);
        RunCommandRequest request = read(body, exchange);
        Command command = start(session, request);
        RunSource source = request.isInBackground() ? RunSource.ofBackground(session, command, 0) : RunSource.of(session, command);
        return EventStream.of(source, sse, settings, exchange);
    }

    private RunCommandRequest read(InputStream body, RoutingContext exchange) throws RejectedException, InterruptedException {
        try (var hold = heap.hold()) {
            return Json.read(bodies.read(body, exchange, hold), RunCommandRequest.class);
        }
    }

    private Command start(Session session, RunCommandRequest request) throws RejectedException, SessionEndedException, SandboxException {
        return session.start(request.toRequest(session.limits(), door.sessions().settings().maxTime()));
    }

    @GET
    @Operation(operationId = "listCommands", summary = "The session's commands in the background: those that run, and the last ones that have ended")
    @APIResponse(responseCode = "200", description = "As they are now", content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = CommandsView.class)))
    public CommandsView commands(@PathParam("session") String id) {
        return new CommandsView(door.find(id).commands().stream().map(CommandView::withoutOutput).toList());
    }

    private static Command found(Session session, int number) {
        return session.command(number).orElseThrow(() -> Problems.unknown(ProblemKind.UNKNOWN_COMMAND));
    }

    @GET
    @Path("{command}")
    @Operation(operationId = "getCommand", summary = "A command with what it has written until now")
    @APIResponse(responseCode = "200", description = "As it is now", content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = CommandView.class)))
    @APIResponse(responseCode = "404", description = "No such session or command")
    public CommandView command(@PathParam("session") String id, @PathParam("command") int number, @Context RoutingContext exchange) throws RejectedException, InterruptedException {
        Command command = found(door.find(id), number);
        var hold = heap.hold();
        exchange.addEndHandler(answered -> hold.close());
        hold.add(command.log().bytes());
        return CommandView.of(command);
    }

    @GET
    @Path("{command}/events")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(operationId = "followCommand", summary = "A command's events after Last-Event-ID, or all of them; while it runs and afterwards")
    @APIResponse(responseCode = "200", description = "stdout, stderr, ended", content = @Content(mediaType = MediaType.SERVER_SENT_EVENTS, schema = @Schema(type = SchemaType.STRING)))
    @APIResponse(responseCode = "404", description = "No such session or command")
    @Blocking // as the class says; without it the framework logs an error for each start
    public Multi<OutboundSseEvent> events(
            @PathParam("session") String id, @PathParam("command") int number, @HeaderParam("Last-Event-ID") @Nullable String lastEventId, @Context Sse sse, @Context RoutingContext exchange)
            throws RejectedException {
        Session session = door.find(id);
        long after = lastEventId == null ? 0 : AsyncExecutionResource.number(lastEventId);
        return EventStream.of(RunSource.ofBackground(session, found(session, number), Math.max(0, after)), sse, settings, exchange);
    }

    @POST
    @Path("{command}/input")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(operationId = "sendToCommand", summary = "Sends input to a command that was started with keepStdin, at most 256 KiB at a time, a signal, or its terminal's new size")
    @RequestBody(required = true, content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(type = SchemaType.OBJECT, implementation = Object.class)))
    @APIResponse(responseCode = "204", description = "It is on its way; a command that has ended takes nothing")
    @APIResponse(responseCode = "503", description = "The command has not read what was sent before; Retry-After says when to try again")
    @APIResponse(responseCode = "404", description = "No such session or command")
    public void input(@PathParam("session") String id, @PathParam("command") int number, InputStream body, @Context RoutingContext exchange)
            throws RejectedException, SandboxException, InterruptedException {
        Command command = found(door.find(id), number);
        try (var hold = heap.hold()) {
            send(InputMessage.read(bodies.read(body, exchange, hold)), command);
        } catch (IllegalArgumentException e) {
            throw RejectedException.invalid("", String.valueOf(e.getMessage()));
        }
    }

    private static void send(InputMessage input, Command command) throws RejectedException, SandboxException {
        if (!command.takesInput() && (input.eof() || input.stdin().length > 0)) {
            throw RejectedException.invalid("stdin", "the command's input has ended, or it was started without keepStdin");
        }
        if (input.stdin().length > MAX_INPUT_BYTES) {
            throw RejectedException.invalid("stdin", "stdin must have at most %d bytes at a time; got %d".formatted(MAX_INPUT_BYTES, input.stdin().length));
        }
        if (input.resize().isPresent()) {
            command.resizeTerminal(input.resize().get());
        }
        if (!command.offer(input.stdin())) {
            throw RejectedException.forNow(RejectedException.Kind.AT_CAPACITY, "the command has not read what was sent before", RETRY);
        }
        if (input.eof()) {
            command.endInput();
        }
        if (input.signal() > 0) {
            command.signal(input.signal());
        }
    }

    @DELETE
    @Path("{command}")
    @Operation(operationId = "endCommand", summary = "Kills a command that runs; gives up what is kept of one that has ended")
    @APIResponse(responseCode = "200", description = "As it is now", content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = CommandView.class)))
    @APIResponse(responseCode = "404", description = "No such session or command")
    public CommandView end(@PathParam("session") String id, @PathParam("command") int number) throws InterruptedException {
        Session session = door.find(id);
        Command command = found(session, number);
        if (command.log().ended().isPresent()) {
            session.forget(command);
        } else {
            command.cancel(Outcome.By.CLIENT);
            command.log().awaitEnd(END_PATIENCE);
        }
        return CommandView.withoutOutput(command);
    }
}
