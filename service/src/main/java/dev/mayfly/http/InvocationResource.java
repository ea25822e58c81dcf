package dev.mayfly.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.mayfly.async.ExecutionFilter;
import dev.mayfly.async.FunctionActivity;
import dev.mayfly.async.FunctionLog;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.function.Functions;
import dev.mayfly.store.Eventually;
import dev.mayfly.store.StoreException;
import dev.mayfly.wire.FunctionReference;
import dev.mayfly.wire.ResultView;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
import org.jspecify.annotations.Nullable;

/// Runs functions: as `ExecutionResource` does submissions, of which one that names a function is the same.
@Path("/v1/functions/{function}/executions")
@RunOnVirtualThread
@RolesAllowed("execute")
public class InvocationResource {
    private static final List<Duration> WINDOWS = List.of(Duration.ofHours(1), Duration.ofDays(1));

    private final SubmissionAnswers answers;
    private final AsyncAnswers async;
    private final Eventually<FunctionLog> log;
    private final Eventually<Functions> functions;
    private final Caller caller;

    public InvocationResource(SubmissionAnswers answers, AsyncAnswers async, Eventually<FunctionLog> log, Eventually<Functions> functions, Caller caller) {
        this.answers = answers;
        this.async = async;
        this.log = log;
        this.functions = functions;
        this.caller = caller;
    }

    /// What a caller sends, for the API's document; `FunctionSchemas` has its fields.
    record InvocationRequest(@Nullable Map<String, String> labels) {}

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(operationId = "invokeFunction", summary = "Run a function, NAME or NAME@VERSION; it can be answered in every way that POST /v1/executions can. The body may be left out")
    @RequestBody(content = @Content(schema = @Schema(implementation = InvocationRequest.class)))
    @Parameter(in = ParameterIn.HEADER, name = "Prefer", schema = @Schema(type = SchemaType.STRING),
            description = "`respond-async`: the id is enough; with `, wait=SECONDS` the result where it comes in that time (RFC 7240)")
    @Parameter(in = ParameterIn.HEADER, name = "Idempotency-Key", schema = @Schema(type = SchemaType.STRING, minLength = 1, maxLength = 202),
            description = "Makes repeated requests one execution, which is stored")
    @APIResponse(responseCode = "200", description = "The program ended, in whatever way; as text/event-stream, its events",
            content = {@Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = ResultView.class)),
                    @Content(mediaType = MediaType.SERVER_SENT_EVENTS, schema = @Schema(type = SchemaType.STRING))})
    @APIResponse(responseCode = "202", description = "Prefer: respond-async: the execution is stored, and runs when a sandbox is free; Location is its address",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = ExecutionView.AcceptedView.class)))
    @APIResponse(responseCode = "400", description = "The body is not valid; `field` names what is wrong")
    @APIResponse(responseCode = "404", description = "No such function or version")
    @APIResponse(responseCode = "429", description = "The tenant's quota is used up, or the function is at its concurrency limit; Retry-After says when to come back, RateLimit what is left")
    @APIResponse(responseCode = "503", description = "No sandbox is free, or the store is full or away; Retry-After says when to come back")
    public RestResponse<?> invoke(@PathParam("function") String function, InputStream body, @Context RoutingContext exchange, @Context HttpHeaders headers)
            throws RejectedException, StoreException, InterruptedException {
        return answers.answer(body, exchange, headers, Optional.of(FunctionReference.parse(function)));
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(hidden = true)
    @Blocking // as the class says; without it the framework logs an error for each start
    public Multi<OutboundSseEvent> stream(@PathParam("function") String function, InputStream body, @Context Sse sse, @Context RoutingContext exchange, @Context HttpHeaders headers)
            throws RejectedException, StoreException, InterruptedException {
        return answers.stream(body, sse, exchange, headers, Optional.of(FunctionReference.parse(function)));
    }

    /// @param latencyMs from being accepted to the end
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ActivityView(long executions, long succeeded, Map<String, Long> outcomes, @Nullable LatencyView latencyMs) {
        static ActivityView of(FunctionActivity activity) {
            return new ActivityView(activity.executions(), activity.succeeded(), activity.outcomes(),
                    activity.latency().map(latency -> new LatencyView(latency.p50(), latency.p95(), latency.max())).orElse(null));
        }
    }

    public record LatencyView(long p50, long p95, long max) {}

    /// @param next the `cursor` of the next page; missing at the end
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record LogPage(String function, ActivityView lastHour, ActivityView lastDay, List<ExecutionView> executions, @Nullable String next) {}

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @RolesAllowed({"read", "execute"})
    @Operation(operationId = "listFunctionExecutions", summary = "A function's executions, newest first, and how those of the last hour and day went; also of a function that was deleted")
    @APIResponse(responseCode = "404", description = "The function does not exist and has no stored execution; not returned with state or cursor")
    @APIResponse(responseCode = "200", description = "A page of them; GET /v1/executions/{id} has each with its output",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = LogPage.class)))
    public LogPage log(
            @PathParam("function") String function,
            @QueryParam("state") @Schema(enumeration = {"queued", "running", "finished"}) @Nullable String state,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @Schema(type = SchemaType.INTEGER, minimum = "1", maximum = "200", defaultValue = "50") @DefaultValue("50") String limit)
            throws RejectedException, StoreException, InterruptedException {
        String tenant = caller.tenant();
        String name = FunctionReference.name(function);
        int size = Pages.limit(limit);
        var filter = new ExecutionFilter(state == null ? Optional.empty() : Optional.of(AsyncExecutionResource.state(state)), Map.of(), Optional.empty(), Optional.empty(), Optional.empty(),
                Pages.cursor(cursor), size, Optional.of(name));
        List<ExecutionView> page = async.executions().list(tenant, filter).stream().map(ExecutionView::of).toList();
        if (page.isEmpty() && cursor == null && state == null && functions.get().find(tenant, name).isEmpty()) {
            throw Problems.of(ProblemKind.UNKNOWN_FUNCTION, "the function %s does not exist".formatted(name)).build();
        }
        List<FunctionActivity> activity = log.get().activity(tenant, name, WINDOWS);
        return new LogPage(name, ActivityView.of(activity.getFirst()), ActivityView.of(activity.getLast()), page, page.size() < size ? null : page.getLast().id());
    }
}
