package dev.mayfly.trace;

import dev.mayfly.execution.ExecutionMetrics;
import dev.mayfly.execution.ExecutionResult;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.Submission;
import dev.mayfly.execution.TraceContext;
import dev.mayfly.sandbox.Outcome;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Writes spans, where an exporter is set up; else only hands on the context in which something came. Thread-safe.
public final class Traces {
    private static final TextMapGetter<Map<String, String>> FROM_MAP = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Map<String, String> headers) {
            return headers.keySet();
        }

        @Override
        public @Nullable String get(@Nullable Map<String, String> headers, String key) {
            return headers == null ? null : headers.get(key);
        }
    };

    private final Tracer tracer;
    private final boolean exported;

    private Traces(OpenTelemetry telemetry, boolean exported) {
        tracer = telemetry.getTracer("dev.mayfly");
        this.exported = exported;
    }

    public static Traces to(OpenTelemetry telemetry) {
        return new Traces(telemetry, true);
    }

    /// Where nothing is exported. A framework that is switched off may make spans all the same, which nobody will ever
    /// find: they are not handed on.
    public static Traces off() {
        return new Traces(OpenTelemetry.noop(), false);
    }

    /// Of the request at which this thread works: its span where it has one, else what its sender sent.
    ///
    /// @param header the request's header of a name, null where it has none
    public Optional<TraceContext> current(Function<String, @Nullable String> header) {
        Optional<TraceContext> own = exported ? contextOf(Span.current()) : Optional.empty();
        return own.isPresent() ? own : TraceContext.of(header.apply(TraceContext.PARENT), header.apply(TraceContext.STATE));
    }

    private static Optional<TraceContext> contextOf(Span span) {
        if (!span.getSpanContext().isValid()) {
            return Optional.empty();
        }
        var headers = new HashMap<String, String>();
        W3CTraceContextPropagator.getInstance().inject(Context.root().with(span), headers, (_, name, value) -> headers.put(name, value));
        return TraceContext.of(headers.get(TraceContext.PARENT), headers.get(TraceContext.STATE));
    }

    private static Context parent(Optional<TraceContext> context) {
        return context.map(known -> W3CTraceContextPropagator.getInstance().extract(
                        Context.root(), Map.of(TraceContext.PARENT, known.parent(), TraceContext.STATE, known.state()), FROM_MAP))
                .orElse(Context.root());
    }

    /// A record that is worked on until the receipt is closed.
    public Receipt received(String topic, Optional<TraceContext> sender) {
        Span span = tracer.spanBuilder("process " + topic)
                .setParent(parent(sender))
                .setSpanKind(SpanKind.CONSUMER)
                .setAttribute("messaging.system", "kafka")
                .setAttribute("messaging.operation.type", "process")
                .setAttribute("messaging.destination.name", topic)
                .startSpan();
        return new Receipt(span, contextOf(span).or(() -> sender));
    }

    /// @param context for whatever the record brings about
    public record Receipt(Span span, Optional<TraceContext> context) implements AutoCloseable {
        @Override
        public void close() {
            span.end();
        }
    }

    /// Metrics as before, and spans of what has ended.
    public ExecutionMetrics beside(ExecutionMetrics metrics) {
        return new ExecutionMetrics() {
            @Override
            public void leased(String runtime, Duration wait, boolean warm) {
                metrics.leased(runtime, wait, warm);
            }

            @Override
            public void rejected(RejectedException.Kind kind) {
                metrics.rejected(kind);
            }

            @Override
            public void ended(Submission submission, ExecutionResult result) {
                metrics.ended(submission, result);
                write(submission, result);
            }
        };
    }

    private record Phase(String name, Duration time) {}

    /// The span of an execution that ends now, and one of each of its phases.
    private void write(Submission submission, ExecutionResult result) {
        ExecutionResult.Timing timing = result.timing();
        Instant end = Instant.now();
        Instant begin = end.minus(timing.total());
        Span span = tracer.spanBuilder("execution")
                .setParent(parent(submission.trace()))
                .setStartTimestamp(begin)
                .setAttribute("mayfly.execution.id", result.id())
                .setAttribute("mayfly.tenant", submission.tenant())
                .setAttribute("mayfly.lane", lower(submission.lane()))
                .setAttribute("mayfly.runtime", result.runtime())
                .setAttribute("mayfly.outcome", result.outcome().getClass().getSimpleName())
                .setAttribute("mayfly.engine", result.sandbox().engine())
                .setAttribute("mayfly.warm", result.sandbox().isWarm())
                .startSpan();
        if (!span.isRecording()) {
            return;
        }
        if (result.outcome() instanceof Outcome.Failed(String reason, boolean _)) {
            span.setStatus(StatusCode.ERROR, reason);
        }
        Context within = Context.root().with(span);
        phases(within, begin, List.of(new Phase("queue", timing.queued()), new Phase("lease", timing.lease())));
        phases(within, end.minus(timing.run()).minus(timing.drain()), List.of(new Phase("run", timing.run()), new Phase("drain", timing.drain())));
        span.end(end);
    }

    private void phases(Context within, Instant from, List<Phase> phases) {
        Instant begin = from;
        for (Phase phase : phases) {
            Instant end = begin.plus(phase.time());
            tracer.spanBuilder(phase.name()).setParent(within).setStartTimestamp(begin).startSpan().end(end);
            begin = end;
        }
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
