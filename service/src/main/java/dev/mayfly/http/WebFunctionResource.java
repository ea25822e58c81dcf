package dev.mayfly.http;

import dev.mayfly.access.AccessFile;
import dev.mayfly.access.Scope;
import dev.mayfly.execution.Cancellation;
import dev.mayfly.execution.CollectedOutput;
import dev.mayfly.execution.ExecutionId;
import dev.mayfly.execution.ExecutionResult;
import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.Invocation.Trigger;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.Submission;
import dev.mayfly.function.CallRates;
import dev.mayfly.function.FunctionLinks;
import dev.mayfly.function.Functions;
import dev.mayfly.http.cgi.CgiRequest;
import dev.mayfly.http.cgi.CgiResponse;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.Stdin;
import dev.mayfly.store.Eventually;
import dev.mayfly.store.StoreException;
import dev.mayfly.trace.Traces;
import dev.mayfly.wire.FunctionLookup;
import dev.mayfly.wire.FunctionReference;
import dev.mayfly.wire.HttpTriggerRequest;
import dev.mayfly.wire.Requester;
import dev.mayfly.wire.SubmissionReader;
import dev.mayfly.wire.SubmissionRequest;
import dev.mayfly.wire.SubmissionRequestBuilder;
import io.quarkiverse.resteasy.problem.HttpProblem;
import io.quarkus.security.UnauthorizedException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.OPTIONS;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.eclipse.microprofile.openapi.annotations.Operation;

/// Runs functions by any request to their address, if their definitions say so. What calls may do here is the function's to
/// say: the rules for bodies, media types and origins of the API do not hold.
@Path(WebFunctionResource.PREFIX)
@Singleton
@RunOnVirtualThread
public class WebFunctionResource {
    static final String PREFIX = "/fn/";
    private static final System.Logger LOG = System.getLogger(WebFunctionResource.class.getName());
    private static final String EXECUTION_ID = "Mayfly-Execution-Id";
    private static final String EVERYTHING = "{path: .+}";
    /// Pages of functions are of no origin: they share the service's, with all other tenants.
    private static final String SANDBOX = "sandbox allow-downloads allow-forms allow-modals allow-popups allow-scripts";

    private final Eventually<Functions> functions;
    private final Eventually<FunctionLinks> links;
    private final AwaitedRuns awaited;
    private final LoggedInvocations logged;
    private final Bodies bodies;
    private final HeapBudget heap;
    private final Caller caller;
    private final BrowserGuard guard;
    private final CallRates rates = new CallRates();
    private final ServiceInfo info;
    private final Traces traces;

    public WebFunctionResource(
            Eventually<Functions> functions, Eventually<FunctionLinks> links, AwaitedRuns awaited, LoggedInvocations logged, Bodies bodies, HeapBudget heap, Caller caller, BrowserGuard guard,
            ServiceInfo info, Traces traces) {
        this.functions = functions;
        this.links = links;
        this.awaited = awaited;
        this.logged = logged;
        this.bodies = bodies;
        this.heap = heap;
        this.caller = caller;
        this.guard = guard;
        this.info = info;
        this.traces = traces;
    }

    /// Whether a request is a function's to answer, as the router will see it.
    static boolean isAt(RoutingContext exchange) {
        return exchange.normalizedPath().startsWith(PREFIX);
    }

    /// As it was sent.
    private static String path(RoutingContext exchange) {
        return Objects.requireNonNullElse(exchange.request().path(), "");
    }

    /// HEAD, too.
    @GET
    @Path(EVERYTHING)
    @Operation(hidden = true)
    public Response get(InputStream body, @Context RoutingContext exchange, @Context HttpHeaders headers)
            throws RejectedException, StoreException, InterruptedException {
        return answer(body, exchange, headers);
    }

    @POST
    @Path(EVERYTHING)
    @Operation(hidden = true)
    public Response post(InputStream body, @Context RoutingContext exchange, @Context HttpHeaders headers)
            throws RejectedException, StoreException, InterruptedException {
        return answer(body, exchange, headers);
    }

    @PUT
    @Path(EVERYTHING)
    @Operation(hidden = true)
    public Response put(InputStream body, @Context RoutingContext exchange, @Context HttpHeaders headers)
            throws RejectedException, StoreException, InterruptedException {
        return answer(body, exchange, headers);
    }

    @PATCH
    @Path(EVERYTHING)
    @Operation(hidden = true)
    public Response patch(InputStream body, @Context RoutingContext exchange, @Context HttpHeaders headers)
            throws RejectedException, StoreException, InterruptedException {
        return answer(body, exchange, headers);
    }

    @DELETE
    @Path(EVERYTHING)
    @Operation(hidden = true)
    public Response delete(InputStream body, @Context RoutingContext exchange, @Context HttpHeaders headers)
            throws RejectedException, StoreException, InterruptedException {
        return answer(body, exchange, headers);
    }

    @OPTIONS
    @Path(EVERYTHING)
    @Operation(hidden = true)
    public Response options(InputStream body, @Context RoutingContext exchange, @Context HttpHeaders headers)
            throws RejectedException, StoreException, InterruptedException {
        return answer(body, exchange, headers);
    }

    private Response answer(InputStream body, RoutingContext exchange, HttpHeaders headers) throws RejectedException, StoreException, InterruptedException {
        String path = path(exchange);
        if (!path.startsWith(PREFIX) || hasDots(path)) {
            throw notOpen(); // what is cut out of the path would not be what the router has seen
        }
        int tenantEnd = segmentEnd(path, PREFIX.length());
        int functionEnd = segmentEnd(path, Math.min(path.length(), tenantEnd + 1));
        String tenant = CgiRequest.decoded(path.substring(PREFIX.length(), tenantEnd)).orElse("");
        String function = path.substring(Math.min(functionEnd, tenantEnd + 1), functionEnd);
        var cancellation = AwaitedRuns.cancelledWith(exchange);
        try (var hold = heap.hold()) {
            FunctionLookup.Found found = find(tenant, function);
            HttpTriggerRequest trigger = found.definition().http().orElseThrow(this::notOpen);
            String script = script(trigger, tenant, function, path, functionEnd, exchange);
            Optional<Duration> wait = rates.waitFor(tenant, function, trigger, address(exchange));
            if (wait.isPresent()) {
                throw tooMany(wait.get());
            }
            byte[] stdin = bodies.read(body, exchange, hold);
            var requester = new Requester(ExecutionId.next(), tenant, Trigger.HTTP, (owner, reference) -> found);
            Map<String, String> variables = CgiRequest.variables(exchange.request(), script, path.substring(script.length()), stdin.length, "mayfly/" + info.version());
            Map<String, String> own = found.definition().program().env();
            if (own != null) {
                variables.keySet().removeIf(name -> name.startsWith(CgiRequest.OF_HEADERS) && own.containsKey(name)); // a caller's header does not take its place
            }
            var request = SubmissionRequestBuilder.builder().function(function).env(variables).build();
            return run(request, stdin, requester, cancellation, hold, headers);
        } finally {
            cancellation.over();
        }
    }

    private Response run(SubmissionRequest request, byte[] stdin, Requester requester, Cancellation cancellation, HeapBudget.Hold hold, HttpHeaders headers) throws RejectedException, InterruptedException {
        try {
            Submission submission = SubmissionReader.of(request, requester, new Stdin.Bytes(stdin)).in(traces.current(headers::getHeaderString));
            hold.add(submission.program().sourceBytes());
            var output = new CollectedOutput();
            Instant acceptedAt = Instant.now();
            ExecutionResult result = awaited.run(submission, cancellation, hold, output, 2);
            logged.add(submission, acceptedAt, result, output);
            return response(result, output.stdout());
        } catch (RejectedException e) {
            if (e.kind() == RejectedException.Kind.FUNCTION_BUSY) {
                throw Problems.of(ProblemKind.FUNCTION_BUSY, "the function has too many executions now").withHeader(HttpHeaders.RETRY_AFTER, e.retryAfterSeconds().orElse(1L)).build();
            }
            if (e.retryAfter().isPresent()) {
                throw e; // it may come again, and says nothing of the function
            }
            LOG.log(Level.INFO, "the function {0} of tenant={1} cannot be run: {2}", request.function(), requester.tenant(), e.detail());
            throw Problems.of(ProblemKind.FUNCTION_FAILED, "the function cannot be run").build();
        }
    }

    /// Whether a segment means another one, escaped or not.
    private static boolean hasDots(String path) {
        return Arrays.stream(path.split("/", -1)).map(segment -> segment.replaceAll("(?i)%2e", ".")).anyMatch(segment -> segment.equals(".") || segment.equals(".."));
    }

    private static String address(RoutingContext exchange) {
        var address = exchange.request().remoteAddress();
        if (address == null || address.hostAddress() == null) {
            return "";
        }
        return Connections.counted(address.hostAddress());
    }

    // ---- who may

    private FunctionLookup.Found find(String tenant, String function) throws RejectedException, StoreException, InterruptedException {
        if (!AccessFile.isName(tenant) || !FunctionReference.isName(function)) {
            throw notOpen();
        }
        try {
            return functions.get().lookUp(tenant, new FunctionReference(function, OptionalInt.empty()));
        } catch (RejectedException e) {
            if (e.kind() == RejectedException.Kind.UNKNOWN_FUNCTION || !caller.isKnown()) {
                throw notOpen();
            }
            throw e;
        }
    }

    /// A stranger cannot find out which functions there are.
    private RuntimeException notOpen() {
        return caller.isKnown()
                ? Problems.of(ProblemKind.UNKNOWN_FUNCTION, "no function answers here").build()
                : new UnauthorizedException();
    }

    /// The part of the path that is the function's address.
    ///
    /// @throws RuntimeException the caller may not call
    private String script(HttpTriggerRequest trigger, String tenant, String function, String path, int end, RoutingContext exchange) throws StoreException, InterruptedException {
        return switch (trigger.who()) {
            case OPEN -> path.substring(0, end);
            case LINK -> {
                int linkEnd = segmentEnd(path, Math.min(path.length(), end + 1));
                if (end >= path.length() || !links.get().opens(tenant, function, path.substring(end + 1, linkEnd))) {
                    throw notOpen();
                }
                yield path.substring(0, linkEnd);
            }
            case KEY -> {
                if (guard.isPage(exchange) || caller.tenantWith(Scope.EXECUTE).filter(tenant::equals).isEmpty()) {
                    throw notOpen();
                }
                yield path.substring(0, end);
            }
        };
    }

    private static int segmentEnd(String path, int begin) {
        int end = path.indexOf('/', begin);
        return end < 0 ? path.length() : end;
    }

    private static HttpProblem tooMany(Duration wait) {
        return Problems.of(ProblemKind.TOO_MANY_CALLS, "the function was called too often in the last minute").withHeader(HttpHeaders.RETRY_AFTER, wait.plusNanos(999_999_999).toSeconds()).build();
    }

    // ---- the answer

    private static Response response(ExecutionResult result, byte[] output) {
        return switch (result.outcome()) {
            case Outcome.Exited(int code) when code == 0 -> answered(result.id(), output);
            case Outcome.TimedOut timedOut -> failed(result.id(), ProblemKind.FUNCTION_TIMED_OUT, "the function has not answered in time");
            case Outcome.Cancelled cancelled -> failed(result.id(), ProblemKind.DRAINING, "the service is shutting down");
            default -> failed(result.id(), ProblemKind.FUNCTION_FAILED, "the function has failed");
        };
    }

    private static Response answered(String id, byte[] output) {
        try {
            CgiResponse answer = CgiResponse.of(output);
            if (!answer.headers().stream().filter(header -> header.getKey().equalsIgnoreCase("Content-Type")).allMatch(header -> MediaTypes.isOne(header.getValue()))) {
                return failed(id, ProblemKind.FUNCTION_FAILED, "the function's answer is malformed: Content-Type must be one media type");
            }
            Response.ResponseBuilder response = Response.status(answer.status()).header(EXECUTION_ID, id).header("Content-Security-Policy", SANDBOX);
            for (Map.Entry<String, String> header : answer.headers()) {
                response.header(header.getKey(), header.getValue());
            }
            return (answer.hasBody() ? response.entity(answer.body()) : response).build();
        } catch (CgiResponse.MalformedException e) {
            return failed(id, ProblemKind.FUNCTION_FAILED, "the function's answer is malformed: " + e.getMessage());
        }
    }

    /// What the program has written is only for its owner, who finds it in the log.
    private static Response failed(String id, ProblemKind kind, String detail) {
        return Problems.of(kind, detail).with("executionId", id).withHeader(EXECUTION_ID, id).build().toResponse();
    }
}
