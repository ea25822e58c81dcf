package dev.mayfly.wire;

import static dev.mayfly.execution.RejectedException.invalid;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.sandbox.Outcome;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What happens when a stored execution of a function fails.
///
/// @param retry how often it is tried again
/// @param onFailure who learns of it when it is not tried again
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FailurePolicy(@Nullable RetryRequest retry, @Nullable OnFailureRequest onFailure) {
    /// From a failure to the next attempt.
    public static final Duration LONGEST_DELAY = Duration.ofHours(1);

    private static final int MOST_ATTEMPTS = 10;
    private static final int DEFAULT_DELAY = 5;
    /// What can end a program, and is no success; one that does not compile never will.
    private static final List<String> FAILURES = List.of("exited", "signaled", "timed_out", "out_of_memory", "output_limit", "failed");

    /// As JSON.
    ///
    /// @param attempts 2 to 10, the first one included
    /// @param firstDelaySeconds 1 to 3,600, by default 5; each further delay is twice as long, an hour at most
    /// @param on outcomes that are tried again: all failures by default
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record RetryRequest(@Nullable Integer attempts, @Nullable Integer firstDelaySeconds, @Nullable List<String> on) {}

    /// As JSON: a webhook or a function.
    ///
    /// @param function of the same tenant: it gets the failure as its input
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record OnFailureRequest(SubmissionRequest.@Nullable WebhookRequest webhook, @Nullable String function) {}

    void check() throws RejectedException {
        if (retry != null) {
            checkRetry(retry);
        }
        if (onFailure != null) {
            if ((onFailure.webhook() == null) == (onFailure.function() == null)) {
                throw invalid("onFailure", "onFailure must have either webhook or function");
            }
            if (onFailure.function() != null && !FunctionReference.isName(onFailure.function())) {
                throw invalid("onFailure.function", "onFailure.function must be the name of a function");
            }
            if (onFailure.webhook() != null) {
                var _ = AsyncSubmission.webhook("onFailure.webhook.url", onFailure.webhook());
            }
        }
    }

    private static void checkRetry(RetryRequest retry) throws RejectedException {
        if (retry.attempts() == null || retry.attempts() < 2 || retry.attempts() > MOST_ATTEMPTS) {
            throw invalid("retry.attempts", "attempts must be between 2 and %d".formatted(MOST_ATTEMPTS));
        }
        if (retry.firstDelaySeconds() != null && (retry.firstDelaySeconds() < 1 || retry.firstDelaySeconds() > LONGEST_DELAY.toSeconds())) {
            throw invalid("retry.firstDelaySeconds", "firstDelaySeconds must be between 1 and %d; got %d".formatted(LONGEST_DELAY.toSeconds(), retry.firstDelaySeconds()));
        }
        if (retry.on() != null && (retry.on().isEmpty() || !FAILURES.containsAll(retry.on()))) {
            throw invalid("retry.on", "on must list one or more of %s".formatted(String.join(", ", FAILURES)));
        }
    }

    /// Whether a program that ended so has failed, by itself and not by somebody's wish.
    public static boolean isFailure(Outcome outcome) {
        return !(outcome instanceof Outcome.Exited(int code) && code == 0) && !(outcome instanceof Outcome.Cancelled);
    }

    /// When it is tried again; empty where it is not.
    ///
    /// @param failures how often it failed before
    public Optional<Duration> delay(int failures, Outcome outcome) {
        if (retry == null || retry.attempts() == null || failures + 1 >= retry.attempts() || !isFailure(outcome)) {
            return Optional.empty();
        }
        List<String> on = retry.on() == null ? FAILURES : retry.on();
        if (!on.contains(ResultView.kind(outcome))) {
            return Optional.empty();
        }
        int first = retry.firstDelaySeconds() == null ? DEFAULT_DELAY : retry.firstDelaySeconds();
        return Optional.of(Duration.ofSeconds(Math.min(LONGEST_DELAY.toSeconds(), (long) first << failures)));
    }

    @JsonIgnore
    public Optional<URI> webhook() throws RejectedException {
        return onFailure == null ? Optional.empty() : AsyncSubmission.webhook("onFailure.webhook.url", onFailure.webhook());
    }

    @JsonIgnore
    public Optional<String> function() {
        return onFailure == null ? Optional.empty() : Optional.ofNullable(onFailure.function());
    }
}
