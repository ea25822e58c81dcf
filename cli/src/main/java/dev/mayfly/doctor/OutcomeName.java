package dev.mayfly.doctor;

import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.Signals;
import java.util.Locale;

/// An outcome as the name of an attack's file has it.
final class OutcomeName {
    private OutcomeName() {}

    static String of(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Exited(int code) -> "exited-" + code;
            case Outcome.Signaled(int signal) -> "signaled-" + Signals.name(signal);
            case Outcome.TimedOut(var clock, var measured, var limit) -> "timed_out-" + clock.name().toLowerCase(Locale.ROOT);
            case Outcome.OutOfMemory oom -> "out_of_memory";
            case Outcome.OutputLimit flood -> "output_limit";
            case Outcome.CompileFailed compile -> "compile_failed";
            case Outcome.Cancelled(var by) -> "cancelled-" + by.name().toLowerCase(Locale.ROOT);
            case Outcome.Failed(String reason, boolean retryable) -> "failed: " + reason;
        };
    }
}
