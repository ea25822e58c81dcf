package dev.mayfly.wire;

import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.Signals;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// The one taxonomy of endings, as JSON.
public final class OutcomeView {
    private OutcomeView() {}

    public static Map<String, Object> of(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Exited(int code) -> kind(OutcomeKind.EXITED, "exitCode", code);
            case Outcome.Signaled(int signal) -> kind(OutcomeKind.SIGNALED, "signal", Signals.name(signal), "signalNumber", signal);
            case Outcome.TimedOut(var clock, var measured, var limit) -> kind(OutcomeKind.TIMED_OUT, "clock", clock.name().toLowerCase(Locale.ROOT),
                    "measuredMs", ResultView.millis(measured), "limitMs", limit.toMillis());
            case Outcome.OutOfMemory(long peak, long limit) -> kind(OutcomeKind.OUT_OF_MEMORY, "peakBytes", peak, "limitBytes", limit);
            case Outcome.OutputLimit(long written, long limit) -> kind(OutcomeKind.OUTPUT_LIMIT, "writtenBytes", written, "limitBytes", limit);
            case Outcome.CompileFailed(Outcome compiler) -> kind(OutcomeKind.COMPILE_FAILED, "compiler", of(compiler));
            case Outcome.Cancelled(var by) -> kind(OutcomeKind.CANCELLED, "by", by.name().toLowerCase(Locale.ROOT));
            case Outcome.Failed(String reason, boolean retryable) -> kind(OutcomeKind.FAILED, "reason", reason, "retryable", retryable);
        };
    }

    private static Map<String, Object> kind(OutcomeKind kind, Object... evidence) {
        var view = new LinkedHashMap<String, Object>();
        view.put("kind", kind.wireName());
        for (int i = 0; i < evidence.length; i += 2) {
            view.put((String) evidence[i], evidence[i + 1]);
        }
        return view;
    }
}
