package dev.mayfly.http;

import dev.mayfly.execution.RejectedException;
import dev.mayfly.store.StoreException;
import dev.mayfly.wire.ResultView;
import dev.mayfly.wire.SubmissionRequest;
import io.smallrye.common.annotation.Blocking;
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
import java.io.InputStream;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestResponse;

/// Runs submissions while the client waits: one that leaves ends its program. Where it need not wait, or names its
/// request by a key, the execution is kept, and goes on without it.
@Path("/v1/executions")
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RolesAllowed("execute")
public class ExecutionResource {
    private final SubmissionAnswers answers;

    public ExecutionResource(SubmissionAnswers answers) {
        this.answers = answers;
    }

    @POST
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(operationId = "execute", summary = "Run a program and return its result; with Accept: text/event-stream, its output as it comes; with Prefer: respond-async, its id")
    @RequestBody(required = true, content = @Content(schema = @Schema(implementation = SubmissionRequest.class)))
    @Parameter(in = ParameterIn.HEADER, name = "Prefer", schema = @Schema(type = SchemaType.STRING),
            description = "`respond-async`: the id is enough; with `, wait=SECONDS` the result where it comes in that time (RFC 7240)")
    @Parameter(in = ParameterIn.HEADER, name = "Idempotency-Key", schema = @Schema(type = SchemaType.STRING, minLength = 1, maxLength = 202),
            description = "Makes repeated requests one execution, which is stored")
    @APIResponse(responseCode = "200", description = "The program ended, in whatever way; as text/event-stream, its events: started, compiled where the language compiles, stdout and stderr, or case for each case, outcome",
            content = {@Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = ResultView.class)),
                    @Content(mediaType = MediaType.SERVER_SENT_EVENTS, schema = @Schema(type = SchemaType.STRING))})
    @APIResponse(responseCode = "202", description = "Prefer: respond-async: the execution is stored, and runs when a sandbox is free; Location is its address",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = ExecutionView.AcceptedView.class)))
    @APIResponse(responseCode = "400", description = "The submission is not valid; `field` names what is wrong")
    @APIResponse(responseCode = "401", description = "An API key is needed; the one sent is not valid")
    @APIResponse(responseCode = "403", description = "The key's scopes do not have `execute`")
    @APIResponse(responseCode = "413", description = "The body is over its size cap")
    @APIResponse(responseCode = "415", description = "The body is not application/json")
    @APIResponse(responseCode = "422", description = "The runtime is unknown, a limit is over its ceiling, or the Idempotency-Key was used for another request")
    @APIResponse(responseCode = "429", description = "The tenant's quota is used up, or the function is at its concurrency limit; Retry-After says when to come back, RateLimit what is left")
    @APIResponse(responseCode = "503", description = "No sandbox is free, or the store is full; Retry-After says when to come back")
    public RestResponse<?> run(InputStream body, @Context RoutingContext exchange, @Context HttpHeaders headers)
            throws RejectedException, StoreException, InterruptedException {
        return answers.answer(body, exchange, headers, Optional.empty());
    }

    @POST
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(hidden = true)
    @Blocking // as the class says; without it the framework logs an error for each start
    public Multi<OutboundSseEvent> stream(InputStream body, @Context Sse sse, @Context RoutingContext exchange, @Context HttpHeaders headers)
            throws RejectedException, StoreException, InterruptedException {
        return answers.stream(body, sse, exchange, headers, Optional.empty());
    }
}
