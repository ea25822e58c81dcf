package dev.mayfly.execution;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where a submission stands in its sender's trace (W3C Trace Context): handed on to whatever it brings about.
///
/// @param parent the header `traceparent`
/// @param state the header `tracestate`; empty without one
public record TraceContext(String parent, String state) {
    public static final String PARENT = "traceparent";
    public static final String STATE = "tracestate";
    /// What must be handed on of a state; a longer one is left out.
    private static final int MAX_STATE = 512;
    private static final Pattern VERSION_0 = Pattern.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");
    private static final Pattern PRINTABLE = Pattern.compile("[ -~]*");

    /// Empty where there is no parent, or it is none of version 00: such headers are ignored.
    public static Optional<TraceContext> of(@Nullable String parent, @Nullable String state) {
        if (parent == null || !VERSION_0.matcher(parent).matches()) {
            return Optional.empty();
        }
        String handedOn = state != null && state.length() <= MAX_STATE && PRINTABLE.matcher(state).matches() ? state.strip() : "";
        return Optional.of(new TraceContext(parent, handedOn));
    }

    /// As one text, for a column of the store.
    public String text() {
        return state.isEmpty() ? parent : parent + " " + state;
    }

    public static Optional<TraceContext> ofText(@Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        int end = text.indexOf(' ');
        return end < 0 ? of(text, null) : of(text.substring(0, end), text.substring(end + 1));
    }
}
