package dev.mayfly.http;

import dev.mayfly.execution.CollectedOutput;
import dev.mayfly.execution.Dispatcher;
import dev.mayfly.execution.Execution;
import dev.mayfly.execution.ExecutionId;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.wire.ResultView;
import dev.mayfly.wire.SubmissionReader;
import dev.mayfly.wire.SubmissionRequest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/// Runs submissions while the client waits. A client that leaves ends its program.
@Path("/v1/executions")
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RolesAllowed("execute")
public class ExecutionResource {
    private static final int CHUNK_BYTES = 1 << 16;

    private final Dispatcher dispatcher;
    private final DoorSettings settings;
    private final Caller caller;
    private final HeapBudget heap;

    public ExecutionResource(Dispatcher dispatcher, DoorSettings settings, Caller caller, HeapBudget heap) {
        this.dispatcher = dispatcher;
        this.settings = settings;
        this.heap = heap;
        this.caller = caller;
    }

    @POST
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "Run a program and return its result; with Accept: text/event-stream, its output as it comes")
    @RequestBody(required = true, content = @Content(schema = @Schema(implementation = SubmissionRequest.class)))
    @APIResponse(responseCode = "200", description = "The program ended, in whatever way",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = ResultView.class)))
    @APIResponse(responseCode = "400", description = "The submission is not valid; `field` names what is wrong")
    @APIResponse(responseCode = "401", description = "A key is needed, and this is none")
    @APIResponse(responseCode = "403", description = "The key's scopes do not have `execute`")
    @APIResponse(responseCode = "413", description = "The body is over its size cap")
    @APIResponse(responseCode = "415", description = "The body is not application/json")
    @APIResponse(responseCode = "422", description = "The runtime is unknown, or a limit is over its ceiling")
    @APIResponse(responseCode = "429", description = "The tenant's quota is used up; Retry-After tells when to come back, RateLimit what is left")
    @APIResponse(responseCode = "503", description = "No sandbox now; Retry-After tells when to come back")
    public ResultView run(InputStream body, @Context RoutingContext exchange)
            throws RejectedException, InterruptedException {
        var disconnection = new Disconnection();
        exchange.response().closeHandler(closed -> disconnection.clientIsGone());
        try (var hold = heap.hold();
                Execution execution = admit(body, exchange, hold)) {
            disconnection.admitted(execution);
            hold.add(execution.mostOutputBytes() + execution.mostFileBytes());
            var output = new CollectedOutput();
            var result = execution.run(output);
            return ResultView.of(result).withOutput(output.stdout(), output.stderr());
        } finally {
            disconnection.over();
        }
    }

    @POST
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(hidden = true)
    public Multi<OutboundSseEvent> stream(InputStream body, @Context Sse sse, @Context RoutingContext exchange)
            throws RejectedException, InterruptedException {
        var disconnection = new Disconnection();
        exchange.response().closeHandler(closed -> disconnection.clientIsGone());
        var hold = heap.hold();
        boolean handedOver = false;
        try {
            Execution execution = admit(body, exchange, hold);
            disconnection.admitted(execution);
            Multi<OutboundSseEvent> events = EventStream.of(execution, sse, settings, () -> exchange.request().connection().close());
            exchange.addEndHandler(answered -> hold.close());
            handedOver = true;
            return events;
        } finally {
            if (!handedOver) {
                hold.close();
            }
            disconnection.handedOver();
        }
    }

    private Execution admit(InputStream body, RoutingContext exchange, HeapBudget.Hold hold)
            throws RejectedException, InterruptedException {
        byte[] json = read(body, exchange, hold);
        return dispatcher.admit(SubmissionReader.read(json, ExecutionId.next(), caller.tenant()), settings.patience());
    }

    /// A body's place in the heap is reserved before it is read: halves of bodies would wait for each other.
    private byte[] read(InputStream body, RoutingContext exchange, HeapBudget.Hold hold) throws RejectedException, InterruptedException {
        long reserved = announced(exchange);
        hold.add(reserved);
        var json = new ByteArrayOutputStream();
        byte[] chunk = new byte[CHUNK_BYTES];
        try {
            for (int length; (length = body.read(chunk)) >= 0; ) {
                if (json.size() + length > settings.maxBodyBytes()) {
                    exchange.addEndHandler(answered -> exchange.request().connection().close()); // the rest stays unread
                    throw Problems.bodyTooLarge(settings.maxBodyBytes());
                }
                if (json.size() + length > reserved) {
                    hold.add(settings.maxBodyBytes() - reserved);
                    reserved = settings.maxBodyBytes();
                }
                json.write(chunk, 0, length);
            }
            return json.toByteArray();
        } catch (IOException e) {
            throw RejectedException.invalid("", "the body did not come to its end");
        }
    }

    private long announced(RoutingContext exchange) {
        String length = exchange.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null ? CHUNK_BYTES : Math.min(Long.parseLong(length), settings.maxBodyBytes());
    }
}
