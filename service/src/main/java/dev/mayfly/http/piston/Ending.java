package dev.mayfly.http.piston;

import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.Signals;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// How a stage ended, in Piston's terms: there is either a code or a signal.
///
/// @param status two letters; missing where all is well
record Ending(@Nullable Integer code, @Nullable String signal, @Nullable String status, @Nullable String message) {
    private static final String RUNTIME_ERROR = "RE";

    static Ending of(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Exited(int code) -> code == 0 ? new Ending(0, null, null, null) : exited(code, "Exited with error status " + code);
            case Outcome.Signaled(int signal) -> new Ending(null, Signals.name(signal), "SG", "Caught fatal signal " + signal);
            case Outcome.TimedOut(var clock, var measured, var limit) ->
                    killed("TO", "Time limit exceeded: %s of %d ms".formatted(clock.name().toLowerCase(Locale.ROOT).replace('_', ' '), limit.toMillis()));
            case Outcome.OutOfMemory(long peak, long limit) -> killed("SG", "Out of memory: limit of %d bytes".formatted(limit));
            case Outcome.OutputLimit(long written, long limit) -> killed("OL", "Output limit exceeded: %d bytes".formatted(limit));
            case Outcome.CompileFailed(Outcome compiler) -> notRun(of(compiler));
            case Outcome.Cancelled(var by) -> killed("XX", "Cancelled: " + by.name().toLowerCase(Locale.ROOT));
            case Outcome.Failed(String reason, boolean retryable) -> killed("XX", reason);
        };
    }

    private static Ending exited(int code, String message) {
        return new Ending(code, null, RUNTIME_ERROR, message);
    }

    private static Ending killed(String status, String message) {
        return new Ending(null, "SIGKILL", status, message);
    }

    /// A compiler that ended well, but whose work cannot be run, has not succeeded.
    private static Ending notRun(Ending compiler) {
        String message = "The program was not run: it did not compile";
        return Objects.equals(compiler.code(), 0) ? exited(1, message) : new Ending(compiler.code(), compiler.signal(), compiler.status(), message);
    }
}
