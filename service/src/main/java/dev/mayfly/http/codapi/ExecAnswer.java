package dev.mayfly.http.codapi;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mayfly.execution.CollectedOutput;
import dev.mayfly.execution.ExecutionResult;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.Signals;
import java.util.Locale;

/// What a snippet came to, as the widget shows it: `stdout`, or where there is none `stderr`.
///
/// @param ok whether it exited with 0
/// @param duration in milliseconds
public record ExecAnswer(String id, boolean ok, long duration, String stdout, String stderr) {
    static ExecAnswer of(ExecutionResult result, CollectedOutput output) {
        String compiler = result.compilation().filter(made -> !made.succeeded()).map(made -> text(made.stdout()) + text(made.stderr())).orElse("");
        return new ExecAnswer(result.id(), result.outcome().equals(new Outcome.Exited(0)), result.timing().total().toMillis(), text(output.stdout()),
                withReason(compiler + text(output.stderr()), reason(result.outcome())));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }

    private static String withReason(String stderr, String reason) {
        return reason.isEmpty() ? stderr : stderr + (stderr.isEmpty() || stderr.endsWith("\n") ? "" : "\n") + "mayfly: " + reason + "\n";
    }

    /// What the program's own output does not say.
    private static String reason(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Exited(int code) -> code == 0 ? "" : "exit code " + code;
            case Outcome.Signaled(int signal) -> "ended by " + Signals.name(signal);
            case Outcome.TimedOut(var clock, var measured, var limit) -> "over its %s of %d ms".formatted(clock.name().toLowerCase(Locale.ROOT).replace('_', ' '), limit.toMillis());
            case Outcome.OutOfMemory(long peak, long limit) -> "over its memory of %d bytes".formatted(limit);
            case Outcome.OutputLimit(long written, long limit) -> "over its output of %d bytes".formatted(limit);
            case Outcome.CompileFailed(Outcome compiler) -> "it does not compile";
            case Outcome.Cancelled(var by) -> "cancelled by " + by.name().toLowerCase(Locale.ROOT);
            case Outcome.Failed(String why, boolean retryable) -> why;
        };
    }
}
