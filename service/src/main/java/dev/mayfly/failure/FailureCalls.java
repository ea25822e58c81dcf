package dev.mayfly.failure;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.async.AsyncExecutions;
import dev.mayfly.async.StoredExecution;
import dev.mayfly.execution.ExecutionId;
import dev.mayfly.execution.Invocation;
import dev.mayfly.execution.Invocation.Trigger;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.function.Functions;
import dev.mayfly.store.Database;
import dev.mayfly.store.Rounds;
import dev.mayfly.store.StoreException;
import dev.mayfly.wire.AsyncSubmission;
import dev.mayfly.wire.Encoding;
import dev.mayfly.wire.FunctionLookup;
import dev.mayfly.wire.FunctionReference;
import dev.mayfly.wire.Json;
import dev.mayfly.wire.Requester;
import dev.mayfly.wire.ResultView;
import dev.mayfly.wire.SubmissionRequestBuilder;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.LongAdder;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Runs functions because others have failed. Each call is a row, which goes away in the transaction that accepts its
/// execution. Thread-safe.
public final class FailureCalls implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(FailureCalls.class.getName());
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration LAST_CALL = Duration.ofSeconds(5);
    private static final Duration AFTER_FAULT = Duration.ofSeconds(30);
    private static final Duration GIVE_UP_AFTER = Duration.ofHours(1);
    private static final int AT_ONCE = 50;
    private static final int MOST_TEXT = 4096;

    private final Database database;
    private final AsyncExecutions executions;
    private final Functions functions;
    private final Rounds rounds;
    private final LongAdder dropped = new LongAdder();

    public FailureCalls(Database database, AsyncExecutions executions, Functions functions) {
        this(database, executions, functions, PAUSE);
    }

    /// @param pause between two looks; tests take a shorter one
    FailureCalls(Database database, AsyncExecutions executions, Functions functions, Duration pause) {
        rounds = new Rounds("failures", pause, this::round);
        this.database = database;
        this.executions = executions;
        this.functions = functions;
    }

    public void start() {
        rounds.start();
    }

    private record Call(String executionId, String tenant, String function, Instant createdAt) {}

    static void add(Handle handle, String tenant, String executionId, String function) {
        handle.createUpdate("insert into failure_call (execution_id, tenant, function_name, created_at, look_at) values (:id, :tenant, :function, :now, 0) on conflict do nothing")
                .bind("id", executionId).bind("tenant", tenant).bind("function", function).bind("now", System.currentTimeMillis()).execute();
    }

    private boolean round() throws StoreException, InterruptedException {
        long now = System.currentTimeMillis();
        List<Call> due = database.read(handle -> handle.createQuery("select execution_id, tenant, function_name, created_at from failure_call where look_at <= :now order by look_at limit :most")
                .bind("now", now).bind("most", AT_ONCE)
                .map((row, context) -> new Call(row.getString(1), row.getString(2), row.getString(3), Instant.ofEpochMilli(row.getLong(4))))
                .list());
        for (Call call : due) {
            try {
                make(call);
            } catch (RuntimeException e) { // it holds up no other
                LOG.log(Level.ERROR, "the function %s is run later for the failed execution=%s".formatted(call.function(), call.executionId()), e);
                putOff(call, AFTER_FAULT);
            }
        }
        return due.size() == AT_ONCE;
    }

    private void make(Call call) throws StoreException, InterruptedException {
        try {
            AsyncSubmission checked = executions.check(submission(call));
            boolean made = database.write(handle -> {
                boolean ours = remove(handle, call);
                if (ours) {
                    executions.insert(handle, List.of(checked));
                }
                return ours;
            });
            if (made) {
                executions.inserted(1);
            }
        } catch (RejectedException e) {
            boolean maybeLater = e.retryAfter().isPresent() || e.kind() == RejectedException.Kind.UNKNOWN_RUNTIME;
            if (maybeLater && Instant.now().isBefore(call.createdAt().plus(GIVE_UP_AFTER))) {
                putOff(call, e.retryAfter().orElse(PAUSE.multipliedBy(2)));
            } else {
                drop(call, e);
            }
        }
    }

    private static boolean remove(Handle handle, Call call) {
        return handle.createUpdate("delete from failure_call where execution_id = :id").bind("id", call.executionId()).execute() == 1;
    }

    private void putOff(Call call, Duration pause) throws StoreException, InterruptedException {
        database.write(handle -> handle.createUpdate("update failure_call set look_at = :then where execution_id = :id")
                .bind("then", System.currentTimeMillis() + pause.toMillis()).bind("id", call.executionId()).execute());
    }

    private void drop(Call call, RejectedException reason) throws StoreException, InterruptedException {
        if (database.write(handle -> remove(handle, call))) {
            dropped.increment();
            LOG.log(Level.WARNING, "execution={0} has failed, and the function {1} cannot be run for it: {2}", call.executionId(), call.function(), reason.detail());
        }
    }

    private AsyncSubmission submission(Call call) throws RejectedException, StoreException {
        FunctionLookup.Found found = functions.lookUp(call.tenant(), new FunctionReference(call.function(), OptionalInt.empty()));
        var request = SubmissionRequestBuilder.builder().function(call.function()).input(input(call)).build();
        return AsyncSubmission.of(request, new Requester(ExecutionId.next(), call.tenant(), Trigger.FAILURE, (tenant, reference) -> found));
    }

    /// What has failed, and how; the ends of what it has written.
    private ObjectNode input(Call call) throws StoreException {
        ObjectNode failure = Json.STRICT.createObjectNode().put("id", call.executionId());
        Optional<StoredExecution> found = executions.find(call.tenant(), call.executionId());
        if (found.isPresent()) {
            Optional<Invocation> invocation = found.get().invocation();
            invocation.ifPresent(its -> failure.put("function", its.function()).put("version", its.version()).put("trigger", its.trigger().wireName()));
            failure.put("attempts", found.get().attempt());
            failure.set("outcome", Json.STRICT.valueToTree(found.get().evidence()));
        }
        Optional<ResultView> result = executions.result(call.tenant(), call.executionId());
        result.filter(view -> Encoding.UTF_8_TEXT.wireName().equals(view.encoding())).ifPresent(view -> failure.put("stdout", tail(view.stdout())).put("stderr", tail(view.stderr())));
        return failure;
    }

    private static String tail(@Nullable String text) {
        return text == null || text.length() <= MOST_TEXT ? String.valueOf(text) : text.substring(text.length() - MOST_TEXT);
    }

    /// How many calls this replica has given up: their function could not be run.
    public long dropped() {
        return dropped.sum();
    }

    /// A call that is under way goes to its end.
    @Override
    public void close() throws InterruptedException {
        rounds.awaitStopped(LAST_CALL);
    }
}
