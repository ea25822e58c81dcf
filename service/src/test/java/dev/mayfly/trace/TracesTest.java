package dev.mayfly.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.execution.TraceContext;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Scope;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Without an exporter a sender's trace is handed on as it came; what is none is ignored.
class TracesTest {
    private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private final Traces traces = Traces.off();

    private Optional<TraceContext> of(String parent, String state) {
        Map<String, String> headers = new HashMap<>(Map.of("traceparent", parent, "tracestate", state));
        return traces.current(headers::get);
    }

    @Test
    void sendersTraceIsHandedOn() {
        assertThat(of(PARENT, "vendor=opaque, other=1")).contains(new TraceContext(PARENT, "vendor=opaque, other=1"));
        assertThat(traces.current(name -> null)).isEmpty();
        Optional<TraceContext> sender = Optional.of(new TraceContext(PARENT, "a=b"));
        try (Traces.Receipt receipt = traces.received("mayfly.submissions", sender)) {
            assertThat(receipt.context()).isEqualTo(sender);
        }
        try (Traces.Receipt receipt = traces.received("mayfly.submissions", Optional.empty())) {
            assertThat(receipt.context()).isEmpty();
        }
    }

    @Test
    void spanThatNobodyExportsIsNotHandedOn() {
        SpanContext made = SpanContext.create("1".repeat(32), "2".repeat(16), TraceFlags.getSampled(), TraceState.getDefault());
        try (Scope scope = Span.wrap(made).makeCurrent()) {
            assertThat(scope).isNotNull();
            assertThat(traces.current(name -> null)).isEmpty();
            assertThat(of(PARENT, "")).contains(new TraceContext(PARENT, ""));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01", "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\n"})
    void whatIsNoTraceIsIgnored(String parent) {
        assertThat(of(parent, "a=b")).isEmpty();
    }

    @Test
    void stateThatIsTooLongOrNotPrintableIsLeftOut() {
        assertThat(of(PARENT, "a=" + "b".repeat(511))).contains(new TraceContext(PARENT, ""));
        assertThat(of(PARENT, "a=b\n")).contains(new TraceContext(PARENT, ""));
    }

    @Test
    void itsTextIsReadAgain() {
        for (TraceContext context : new TraceContext[] {new TraceContext(PARENT, ""), new TraceContext(PARENT, "a=b, c=d")}) {
            assertThat(TraceContext.ofText(context.text())).contains(context);
        }
        assertThat(TraceContext.ofText(null)).isEmpty();
        assertThat(TraceContext.ofText("nothing of ours")).isEmpty();
    }
}
