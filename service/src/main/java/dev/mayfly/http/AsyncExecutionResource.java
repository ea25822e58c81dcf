package dev.mayfly.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.mayfly.async.Accepted;
import dev.mayfly.async.BatchOffer;
import dev.mayfly.async.EventReader;
import dev.mayfly.async.ExecutionFilter;
import dev.mayfly.async.State;
import dev.mayfly.async.StoredBatch;
import dev.mayfly.async.StoredExecution;
import dev.mayfly.execution.ExecutionId;
import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.store.StoreException;
import dev.mayfly.trace.Traces;
import dev.mayfly.wire.AsyncBatch;
import dev.mayfly.wire.FunctionLookup;
import dev.mayfly.wire.Json;
import dev.mayfly.wire.Rejection;
import dev.mayfly.wire.ResultView;
import dev.mayfly.wire.Storable;
import dev.mayfly.wire.SubmissionRequest;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.LinkedHashMap;
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
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jspecify.annotations.Nullable;

/// Executions that are kept: looked at, listed, followed, cancelled, and accepted in batches.
@Path("/v1/executions")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RolesAllowed({"read", "execute"})
public class AsyncExecutionResource {
    private static final int MAX_LABELS = 8;
    private static final Duration CANCEL_PATIENCE = Duration.ofSeconds(2);

    private final AsyncAnswers async;
    private final DoorSettings settings;
    private final Caller caller;
    private final Bodies bodies;
    private final HeapBudget heap;
    private final FunctionLookup functions;
    private final Traces traces;

    public AsyncExecutionResource(AsyncAnswers async, DoorSettings settings, Caller caller, Bodies bodies, HeapBudget heap, FunctionLookup functions, Traces traces) {
        this.async = async;
        this.settings = settings;
        this.caller = caller;
        this.bodies = bodies;
        this.heap = heap;
        this.functions = functions;
        this.traces = traces;
    }

    @GET
    @Path("{id}")
    @Operation(operationId = "getExecution", summary = "A stored execution: accepted with Prefer: respond-async or an Idempotency-Key; when finished, with its whole result")
    @APIResponse(responseCode = "200", description = "As it is now; after its end, with the fields of its result",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(anyOf = {ExecutionView.class, ResultView.class})))
    @APIResponse(responseCode = "404", description = "Not found, or expired")
    public JsonNode execution(@PathParam("id") String id) throws RejectedException, StoreException, InterruptedException {
        return view(found(id));
    }

    private StoredExecution found(String id) throws StoreException, InterruptedException {
        return async.find(caller.tenant(), id).orElseThrow(() -> Problems.unknown(ProblemKind.UNKNOWN_EXECUTION));
    }

    private JsonNode view(StoredExecution execution) throws RejectedException, StoreException, InterruptedException {
        return execution.state() == State.FINISHED ? async.whole(execution) : Json.STRICT.valueToTree(ExecutionView.of(execution));
    }

    @DELETE
    @Path("{id}")
    @RolesAllowed("execute")
    @Operation(operationId = "deleteExecution", summary = "Cancels an execution that is queued or running; deletes one that is finished, with its output")
    @APIResponse(responseCode = "204", description = "It was finished and is deleted")
    @APIResponse(responseCode = "200", description = "It is finished now, with this outcome",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = ExecutionView.class)))
    @APIResponse(responseCode = "202", description = "It is being cancelled",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = ExecutionView.class)))
    @APIResponse(responseCode = "404", description = "Not found, or expired")
    public Response delete(@PathParam("id") String id) throws RejectedException, StoreException, InterruptedException {
        switch (async.executions().delete(caller.tenant(), id)) {
            case UNKNOWN -> throw Problems.unknown(ProblemKind.UNKNOWN_EXECUTION);
            case REMOVED -> {
                return Response.noContent().build();
            }
            case ENDING -> {} // as below
        }
        StoredExecution now = async.executions().awaitEnd(caller.tenant(), id, CANCEL_PATIENCE).orElseThrow(() -> Problems.unknown(ProblemKind.UNKNOWN_EXECUTION));
        var status = now.state() == State.FINISHED ? Response.Status.OK : Response.Status.ACCEPTED;
        return Response.status(status).entity(ExecutionView.of(now)).build();
    }

    @GET
    @Path("{id}/events")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(operationId = "followExecution", summary = "Its events after Last-Event-ID, or all of them; while it runs and afterwards")
    @APIResponse(responseCode = "200", description = "started, compiled where the language compiles, stdout and stderr, or case for each case, outcome; a second `started` means that it was started again",
            content = @Content(mediaType = MediaType.SERVER_SENT_EVENTS, schema = @Schema(type = SchemaType.STRING)))
    @APIResponse(responseCode = "204", description = "It is finished, and Last-Event-ID is its last event")
    @APIResponse(responseCode = "404", description = "Not found, or expired")
    @Blocking // as the class says; without it the framework logs an error for each start
    public Multi<OutboundSseEvent> events(
            @PathParam("id") String id, @HeaderParam("Last-Event-ID") @Nullable String lastEventId, @Context Sse sse, @Context RoutingContext exchange)
            throws RejectedException, StoreException, InterruptedException {
        long after = lastEventId == null ? -1 : number(lastEventId);
        StoredExecution execution = found(id);
        if (execution.state() == State.FINISHED && after >= 0 && hasNoMore(execution, after)) {
            throw new NothingMore();
        }
        var source = new EventSource.Stored(id, async.executions().events(execution.tenant(), id, after));
        return EventStream.of(source, sse, settings, exchange);
    }

    private boolean hasNoMore(StoredExecution execution, long after) throws StoreException, InterruptedException {
        try (EventReader events = async.executions().events(execution.tenant(), execution.id(), after)) {
            return events.next().isEmpty();
        }
    }

    /// The client has every event: 204 keeps an EventSource from coming again and again.
    static final class NothingMore extends RuntimeException {
        private static final long serialVersionUID = 1;

        NothingMore() {
            super("the client has every event", null, false, false);
        }
    }

    @ServerExceptionMapper
    Response nothingMore(NothingMore end) {
        return Response.noContent().build();
    }

    static long number(String lastEventId) throws RejectedException {
        try {
            return Long.parseLong(lastEventId);
        } catch (NumberFormatException e) {
            throw RejectedException.invalid("Last-Event-ID", "Last-Event-ID must be the number of an event");
        }
    }

    @GET
    @Operation(operationId = "listExecutions", summary = "The stored executions, newest first; `cursor` continues a page")
    public ExecutionView.Page list(
            @QueryParam("state") @Schema(enumeration = {"queued", "running", "finished"}) @Nullable String state,
            @QueryParam("label") List<String> labels,
            @QueryParam("batch") @Nullable String batch,
            @QueryParam("from") @Schema(format = "date-time") @Nullable String from,
            @QueryParam("until") @Schema(format = "date-time") @Nullable String until,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @Schema(type = SchemaType.INTEGER, minimum = "1", maximum = "200", defaultValue = "50") @DefaultValue("50") String limit)
            throws RejectedException, StoreException, InterruptedException {
        int size = Pages.limit(limit);
        var filter = new ExecutionFilter(
                state == null ? Optional.empty() : Optional.of(state(state)),
                labels(labels),
                Pages.text("batch", batch),
                time("from", from),
                time("until", until),
                Pages.cursor(cursor),
                size);
        List<ExecutionView> page = async.executions().list(caller.tenant(), filter).stream().map(ExecutionView::of).toList();
        return new ExecutionView.Page(page, page.size() < size ? null : page.getLast().id());
    }

    static State state(String name) throws RejectedException {
        return Arrays.stream(State.values())
                .filter(state -> state.wireName().equals(name))
                .findFirst()
                .orElseThrow(() -> RejectedException.invalid("state", "state must be queued, running or finished"));
    }

    private static Map<String, String> labels(List<String> texts) throws RejectedException {
        var labels = new LinkedHashMap<String, String>();
        for (String text : texts) {
            int colon = text.indexOf(':');
            if (colon < 1 || texts.size() > MAX_LABELS || !Storable.isText(text)) {
                throw RejectedException.invalid("label", "label must be NAME:VALUE, at most %d times".formatted(MAX_LABELS));
            }
            labels.put(text.substring(0, colon), text.substring(colon + 1));
        }
        return labels;
    }

    private static Optional<Instant> time(String field, @Nullable String text) throws RejectedException {
        try {
            if (text == null) {
                return Optional.empty();
            }
            Instant time = Instant.parse(text);
            return Optional.of(Instant.ofEpochMilli(time.toEpochMilli()));
        } catch (DateTimeParseException | ArithmeticException e) {
            throw RejectedException.invalid(field, "%s must be a time such as 2030-01-31T12:00:00Z".formatted(field));
        }
    }

    /// What a batch's sender sends, for the API's document.
    record BatchRequest(List<SubmissionRequest> executions, SubmissionRequest.@Nullable WebhookRequest webhook) {}

    /// What a batch's sender is answered, for the API's document.
    record BatchAnswer(String batchId, int accepted, List<BatchItem> executions) {}

    /// @param rejected in place of the id
    record BatchItem(int index, @Nullable String id, @Nullable Rejection rejected) {}

    /// @param state `running` until all have ended
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record BatchView(String batchId, String state, int accepted, int unfinished, String acceptedAt, @Nullable String finishedAt,
            @Schema(implementation = BatchAnswer.class) RawValue answer) {}

    @POST
    @Path("batch")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed("execute")
    @Operation(operationId = "submitBatch", summary = "Submits up to 1,000 programs; each is accepted or rejected by itself")
    @RequestBody(required = true, content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = BatchRequest.class)))
    @Parameter(in = ParameterIn.HEADER, name = "Idempotency-Key", schema = @Schema(type = SchemaType.STRING, minLength = 1, maxLength = 202),
            description = "Makes repeated requests one batch")
    @APIResponse(responseCode = "202", description = "The answer for each submission; accepted ones run when a sandbox is free",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = BatchAnswer.class)))
    @APIResponse(responseCode = "422", description = "The Idempotency-Key was used for another request")
    @APIResponse(responseCode = "503", description = "The store is full; Retry-After says when to come back")
    public Response batch(InputStream body, @Context RoutingContext exchange, @Context HttpHeaders headers)
            throws RejectedException, StoreException, InterruptedException {
        RequestPreferences preferences = RequestPreferences.of(headers);
        String tenant = caller.tenant();
        try (var hold = heap.hold()) {
            var offer = new BatchOffer(ExecutionId.next(), tenant, AsyncBatch.read(bodies.read(body, exchange, hold)), functions, traces.current(headers::getHeaderString));
            if (offer.namesFunctions()) {
                hold.add(BatchOffer.MOST_FUNCTION_BYTES);
            }
            Accepted accepted = async.executions().accept(offer, preferences.key());
            StoredBatch batch = async.executions().batch(tenant, accepted.id()).orElseThrow(() -> Problems.unknown(ProblemKind.UNKNOWN_BATCH));
            var answer = Response.accepted(new RawValue(new String(batch.answer(), UTF_8)));
            return (accepted.replayed() ? answer.header(AsyncAnswers.REPLAYED, true) : answer)
                    .header(HttpHeaders.LOCATION, AsyncAnswers.PATH + "batch/" + accepted.id())
                    .build();
        }
    }

    @GET
    @Path("batch/{id}")
    @Operation(operationId = "getBatch", summary = "A batch's progress, and the answer for each submission; GET /v1/executions?batch=ID lists its executions")
    @APIResponse(responseCode = "200", description = "As it is now",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = BatchView.class)))
    @APIResponse(responseCode = "404", description = "Not found, or expired")
    public BatchView batch(@PathParam("id") String id) throws StoreException, InterruptedException {
        StoredBatch batch = async.executions().batch(caller.tenant(), id).orElseThrow(() -> Problems.unknown(ProblemKind.UNKNOWN_BATCH));
        return new BatchView(id, batch.finishedAt().isPresent() ? "finished" : "running", batch.size(), batch.unfinished(),
                batch.acceptedAt().toString(), batch.finishedAt().map(Instant::toString).orElse(null),
                new RawValue(new String(batch.answer(), UTF_8)));
    }
}
