package dev.mayfly.async;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.mayfly.execution.Cancellation;
import dev.mayfly.execution.Execution;
import dev.mayfly.execution.ExecutionResult;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.RareWarning;
import dev.mayfly.wire.EventEncoder;
import dev.mayfly.wire.EventName;
import dev.mayfly.wire.EventView;
import dev.mayfly.wire.Json;
import dev.mayfly.wire.ResultView;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One try at an execution: its events, and then its outcome or its return into the queue. What is to be written is
/// tried until the store takes it.
final class Attempt {
    private static final System.Logger LOG = System.getLogger(Attempt.class.getName());

    private final Claims claims;
    private final Changes changes;
    private final Claim claim;

    Attempt(Claims claims, Changes changes, Claim claim) {
        this.claims = claims;
        this.changes = changes;
        this.claim = claim;
    }

    /// @param beforeAnother the pause before another attempt when Mayfly fails in this one; empty where this one is
    ///     the last
    void run(Execution execution, Cancellation cancellation, Optional<Duration> beforeAnother) throws InterruptedException {
        try (var log = new AttemptLog(claims, changes, claim, () -> cancellation.cancel(Outcome.By.SHUTDOWN))) {
            var started = new EventView.Started(claim.id(), execution.runtime(), claim.attempt());
            var encoder = new EventEncoder(started, claim.firstEvent(), log::add);
            ExecutionResult result = execution.run(encoder);
            cancellation.over(); // it has ended; what follows is only to be written
            switch (result.outcome()) {
                case Outcome.Cancelled(var by) when by == Outcome.By.SHUTDOWN -> release(log, Instant.EPOCH, claim.begun());
                case Outcome.Failed(String reason, boolean retryable) when beforeAnother.isPresent() -> {
                    RareWarning.ENGINE.warn("execution={0} is started again: {1}", claim.id(), reason);
                    release(log, Instant.now().plus(beforeAnother.get()), claim.begun() + 1);
                }
                default -> {
                    Optional<Duration> delay = claim.failures().flatMap(failures -> failures.delay(claim.retried(), result.outcome()));
                    if (delay.isPresent()) {
                        retry(log, Instant.now().plus(delay.get()));
                    } else {
                        end(encoder, log, result);
                    }
                }
            }
        }
    }

    private void end(EventEncoder encoder, AttemptLog log, ExecutionResult result) throws InterruptedException {
        encoder.ended(result);
        List<EventLine> rest = log.rest();
        if (!log.isBroken()) { // else it is another replica's by now, or begun again when the store is back
            finish(rest, ResultView.of(result).kind(), log.writtenBytes());
        }
    }

    private void retry(AttemptLog log, Instant notBefore) throws InterruptedException {
        log.rest(); // nothing of this attempt comes behind it
        var _ = WriteRetry.on(claim.id(), () -> claims.retry(claim, notBefore));
    }

    /// The outcome of a program that was never begun.
    void endUnstarted(Outcome outcome) throws InterruptedException {
        EventLine event = unstarted(claim.id(), claim.firstEvent(), outcome);
        finish(List.of(event), ResultView.kind(outcome), 0);
    }

    static EventLine unstarted(String id, long number, Outcome outcome) {
        try {
            return new EventLine(number, EventName.OUTCOME.wireName(), Json.STRICT.writeValueAsString(ResultView.unstarted(id, outcome)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Nothing ran.
    void giveBack(Instant notBefore) throws InterruptedException {
        release(notBefore, claim.begun());
    }

    /// Nothing ran, for it cannot be run here.
    void handBack(Instant notBefore, Optional<String> runtime, Map<LimitAxis, Long> limits) throws InterruptedException {
        var _ = WriteRetry.on(claim.id(), () -> claims.handBack(claim, notBefore, runtime, limits));
    }

    private void finish(List<EventLine> lastEvents, String outcome, long earlierBytes) throws InterruptedException {
        if (WriteRetry.on(claim.id(), () -> claims.finish(claim, lastEvents, outcome, earlierBytes)).filter(mine -> !mine).isPresent()) {
            LOG.log(Level.WARNING, "execution={0} is another replica''s by now; the outcome here does not count", claim.id());
        }
    }

    private void release(AttemptLog log, Instant notBefore, int begun) throws InterruptedException {
        log.rest(); // nothing of this attempt comes behind it
        release(notBefore, begun);
    }

    private void release(Instant notBefore, int begun) throws InterruptedException {
        var _ = WriteRetry.on(claim.id(), () -> claims.release(claim, notBefore, begun));
    }
}
