package dev.mayfly.http.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.execution.Cancellation;
import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.TraceContext;
import dev.mayfly.http.AwaitedRuns;
import dev.mayfly.http.Bodies;
import dev.mayfly.http.Caller;
import dev.mayfly.http.DoorSettings;
import dev.mayfly.http.EventStream;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.trace.Traces;
import dev.mayfly.wire.Json;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.Sse;
import java.io.InputStream;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestResponse;

/// One JSON-RPC message, and its answer: JSON, or a stream where the client wants to hear of the progress.
@Path(McpResource.PATH)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RolesAllowed("execute")
public class McpResource {
    static final String PATH = "/mcp";

    private final Bodies bodies;
    private final HeapBudget heap;
    private final Caller caller;
    private final DoorSettings settings;
    private final Traces traces;
    private final Methods methods;
    private final Calls calls;
    private final RunningCalls running;

    McpResource(Bodies bodies, HeapBudget heap, Caller caller, DoorSettings settings, Traces traces, Methods methods, Calls calls, RunningCalls running) {
        this.bodies = bodies;
        this.heap = heap;
        this.caller = caller;
        this.settings = settings;
        this.traces = traces;
        this.methods = methods;
        this.calls = calls;
        this.running = running;
    }

    /// What all kinds of answers need.
    private record Exchange(Message message, ProtocolVersion version, String tenant, HeapBudget.Hold hold, Cancellation cancellation) {
        ToolCall call(ObjectNode arguments, Optional<TraceContext> trace) {
            return new ToolCall(tenant, version, arguments, cancellation, hold, Progress.NONE, trace);
        }
    }

    @POST
    @Operation(hidden = true)
    public RestResponse<?> post(InputStream body, @Context Sse sse, @Context RoutingContext http, @Context HttpHeaders headers) throws RejectedException, InterruptedException {
        var cancellation = AwaitedRuns.cancelledWith(http);
        var hold = heap.hold();
        boolean handedOver = false;
        try {
            String tenant = caller.tenant();
            Message message = Message.read(bodies.read(body, http, hold));
            try {
                var version = new Negotiation(message, name -> Optional.ofNullable(headers.getHeaderString(name))).version();
                var exchange = new Exchange(message, version, tenant, hold, cancellation);
                if (!message.isRequest()) {
                    return noted(exchange);
                }
                if (!message.method().equals(Calls.METHOD)) {
                    return json(200, message.result(methods.result(message, version, tenant, hold)));
                }
                ToolCall call = exchange.call(arguments(message), traces.current(headers::getHeaderString));
                Optional<JsonNode> token = message.progressToken();
                if (token.isEmpty() || !takesStreams(headers)) {
                    return json(200, awaited(message, call));
                }
                var source = new CallStream(message, token.get(), call, calls, running.enter(tenant, message.idOrNull(), cancellation));
                handedOver = true;
                return RestResponse.ResponseBuilder.ok(EventStream.entity(source, sse, settings, http), MediaType.SERVER_SENT_EVENTS_TYPE).build();
            } catch (RpcException e) {
                return json(e.error().status(), e.error().answer(message.idOrNull()));
            }
        } catch (RpcException e) {
            return json(e.error().status(), e.error().answer(Json.STRICT.nullNode()));
        } finally {
            if (handedOver) {
                cancellation.handedOver();
            } else {
                hold.close();
                cancellation.over();
            }
        }
    }

    /// Notifications have no answer.
    private RestResponse<?> noted(Exchange exchange) {
        JsonNode id = exchange.message().params().get("requestId");
        if (exchange.message().method().equals("notifications/cancelled") && id != null) {
            running.cancel(exchange.tenant(), id);
        }
        return RestResponse.accepted();
    }

    private ObjectNode awaited(Message message, ToolCall call) throws InterruptedException {
        try (var _ = running.enter(call.tenant(), message.idOrNull(), call.cancellation())) {
            return calls.answer(message, call);
        } catch (InterruptedException e) {
            if (call.cancellation().by().filter(Outcome.By.CLIENT::equals).isEmpty()) {
                throw e;
            }
            return RpcError.cancelled().answer(message.idOrNull());
        }
    }

    private static ObjectNode arguments(Message message) throws RpcException {
        JsonNode arguments = message.params().path("arguments");
        if (arguments.isMissingNode()) {
            return Json.STRICT.createObjectNode();
        }
        if (arguments instanceof ObjectNode named) {
            return named;
        }
        throw new RpcException(RpcError.invalidParams("params.arguments must be an object"));
    }

    private static boolean takesStreams(HttpHeaders headers) {
        return headers.getAcceptableMediaTypes().stream().anyMatch(MediaType.SERVER_SENT_EVENTS_TYPE::isCompatible);
    }

    private static RestResponse<String> json(int status, ObjectNode answer) {
        return RestResponse.ResponseBuilder.<String>create(status).entity(answer.toString()).type(MediaType.APPLICATION_JSON_TYPE).build();
    }
}
