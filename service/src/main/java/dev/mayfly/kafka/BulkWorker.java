package dev.mayfly.kafka;

import static dev.mayfly.execution.RejectedException.invalid;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.mayfly.execution.CollectedOutput;
import dev.mayfly.execution.Dispatcher;
import dev.mayfly.execution.Execution;
import dev.mayfly.execution.ExecutionResult;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.Submission;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.store.StoreException;
import dev.mayfly.wire.FunctionLookup;
import dev.mayfly.wire.Json;
import dev.mayfly.wire.OutcomeKind;
import dev.mayfly.wire.ResultView;
import dev.mayfly.wire.SubmissionReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.Utils;

/// Finds the ending of one record: runs its submission, or says why not. Thread-safe; each record has a virtual thread
/// of its own.
final class BulkWorker {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long PAUSE_MILLIS = 500;
    private static final int MAX_DOUBLINGS = 7;

    private final Dispatcher dispatcher;
    private final KeyedSubmissions keyed;
    private final FunctionLookup functions;
    private final KafkaSettings settings;
    private final BulkMetrics metrics;
    private final int partitionCount;

    BulkWorker(Dispatcher dispatcher, KeyedSubmissions keyed, FunctionLookup functions, KafkaSettings settings, BulkMetrics metrics, int partitionCount) {
        this.dispatcher = dispatcher;
        this.keyed = keyed;
        this.functions = functions;
        this.settings = settings;
        this.metrics = metrics;
        this.partitionCount = partitionCount;
    }

    /// Waits for as long as it takes: for the bulk lane, for an engine that is away. Interruption, and the service's
    /// stop, give the record up; it then has no ending.
    RecordOutcome ending(Submitted submitted) throws InterruptedException {
        if (submitted.value().length > settings.maxRecordBytes()) {
            return new RecordOutcome.DeadLetter("submission-too-large", "the submission must have at most %d bytes; got %d"
                    .formatted(settings.maxRecordBytes(), submitted.value().length), 0, false);
        }
        Submission submission;
        try {
            submission = read(submitted);
        } catch (RejectedException e) {
            return deadLetter(e, 0);
        }
        int home = home(submission.id());
        if (home != submitted.partition()) {
            return new RecordOutcome.Moved(submission.id(), home);
        }
        return switch (submitted.progress().claim(submission.id(), submitted.content())) {
            case DUPLICATE -> new RecordOutcome.Duplicate();
            case CONFLICT -> deadLetter(invalid("id", "another submission has the id " + submission.id()), 0);
            case NEW -> runClaimed(submitted, submission);
        };
    }

    /// A store that is away, and with it the function that a record names, is waited for.
    private Submission read(Submitted submitted) throws RejectedException, InterruptedException {
        while (true) {
            try {
                return SubmissionReader.readBulk(submitted.value(), functions).in(submitted.trace());
            } catch (RejectedException e) {
                if (e.kind() != RejectedException.Kind.STORE_UNAVAILABLE) {
                    throw e;
                }
                if (submitted.progress().isLost()) {
                    throw new InterruptedException("the partition is another worker's");
                }
                metrics.retried();
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        }
    }

    /// Where Kafka's own default partitioner would have put the id.
    private int home(String id) {
        return Utils.toPositive(Utils.murmur2(id.getBytes(StandardCharsets.UTF_8))) % partitionCount;
    }

    private RecordOutcome runClaimed(Submitted submitted, Submission submission) throws InterruptedException {
        boolean hasResult = false;
        try {
            RecordOutcome ending = run(submitted, submission);
            hasResult = ending instanceof RecordOutcome.Result;
            return ending;
        } finally {
            if (!hasResult) {
                submitted.progress().release(submission.id());
            }
        }
    }

    private RecordOutcome run(Submitted submitted, Submission submission) throws InterruptedException {
        int attempts = 0;
        while (true) {
            if (submitted.progress().isLost()) {
                throw new InterruptedException("the partition is another worker's");
            }
            Attempt attempt = submitted.idempotencyKey().isPresent() ? keyedAttempt(submitted, submission, attempts + 1) : attempt(submission, attempts + 1);
            attempts += attempt.counts() ? 1 : 0;
            if (attempt.isLast() || attempts >= settings.maxAttempts()) {
                return attempt.ending();
            }
            metrics.retried();
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS << Math.min(attempts, MAX_DOUBLINGS));
        }
    }

    /// @param ending if it is the last one
    /// @param counts it was the submission that failed, and not that there was no sandbox for it
    private record Attempt(RecordOutcome ending, boolean isLast, boolean counts) {}

    private Attempt attempt(Submission submission, int number) throws InterruptedException {
        try (Execution execution = dispatcher.admit(submission, PATIENCE)) {
            var output = new CollectedOutput();
            ExecutionResult result = execution.run(output);
            return switch (result.outcome()) {
                case Outcome.Cancelled _ -> throw new InterruptedException("given up");
                case Outcome.Failed failed -> new Attempt(new RecordOutcome.DeadLetter("sandbox-failed", failed.reason(), number, true), false, true);
                case Outcome.Exited _, Outcome.Signaled _, Outcome.TimedOut _, Outcome.OutOfMemory _, Outcome.OutputLimit _, Outcome.CompileFailed _ ->
                    new Attempt(ending(submission, ResultView.of(result).withOutput(output.stdout(), output.stderr())), true, true);
            };
        } catch (RejectedException e) {
            return rejected(e, number);
        }
    }

    /// Its own attempts are counted where it is stored.
    private Attempt keyedAttempt(Submitted submitted, Submission submission, int number) throws InterruptedException {
        try {
            ResultView result = keyed.run(submitted, submission.id());
            boolean ended = OutcomeKind.named(result.kind()).map(kind -> switch (kind) {
                case CANCELLED, FAILED -> false;
                case EXITED, SIGNALED, TIMED_OUT, OUT_OF_MEMORY, OUTPUT_LIMIT, COMPILE_FAILED -> true;
            }).orElse(true); // a later release's
            return new Attempt(ended
                    ? ending(submission, result)
                    : new RecordOutcome.DeadLetter(result.kind(), "the execution of its idempotency key was " + result.kind(), number, true), true, true);
        } catch (StoreException e) {
            return new Attempt(new RecordOutcome.DeadLetter("store-unavailable", String.valueOf(e.getMessage()), number, true), false, false);
        } catch (RejectedException e) {
            return rejected(e, number);
        }
    }

    private static Attempt rejected(RejectedException e, int number) throws InterruptedException {
        return switch (e.kind()) {
            case DRAINING -> throw new InterruptedException("the service stops");
            case AT_CAPACITY, QUOTA_EXCEEDED, FUNCTION_BUSY, ENGINE_UNAVAILABLE, STORE_FULL, STORE_UNAVAILABLE -> new Attempt(deadLetter(e, number), false, false);
            case RUNTIME_UNAVAILABLE, SECRETS_UNAVAILABLE -> new Attempt(deadLetter(e, number), false, true);
            case INVALID_SUBMISSION, UNKNOWN_RUNTIME, UNKNOWN_FUNCTION, MISSING_SECRET, LIMIT_OVER_CEILING, KEY_REUSED -> new Attempt(deadLetter(e, number - 1), true, true);
        };
    }

    private RecordOutcome ending(Submission submission, ResultView view) {
        try {
            var result = new RecordOutcome.Result(submission.id(), submission.tenant(), Json.STRICT.writeValueAsBytes(view));
            return result.json().length > settings.maxRecordBytes() ? result.shortened() : result;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a result is always JSON", e);
        }
    }

    private static RecordOutcome.DeadLetter deadLetter(RejectedException rejection, int attempts) {
        return new RecordOutcome.DeadLetter(rejection.kind().wireName(), rejection.detail(), attempts, true);
    }
}
