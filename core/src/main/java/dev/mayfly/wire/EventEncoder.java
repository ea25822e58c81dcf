package dev.mayfly.wire;

import dev.mayfly.execution.ExecutionResult;
import dev.mayfly.sandbox.CaseRun;
import dev.mayfly.sandbox.Compilation;
import dev.mayfly.sandbox.OutputChunk;
import dev.mayfly.sandbox.OutputSink;
import java.time.Duration;
import java.util.Optional;

/// Turns one execution into its events: `started`, `compiled` in a language that compiles, `stdout` and `stderr`, `outcome`. Not thread-safe.
public final class EventEncoder implements OutputSink {
    /// Where events go. Blocking is back-pressure. A name may be of a later release, whose events are stored here.
    @FunctionalInterface
    public interface Receiver {
        void event(String name, long sequence, Object data) throws InterruptedException;
    }

    private final EventView.Started started;
    private final Receiver receiver;
    private final StreamDecoder stdout = new StreamDecoder();
    private final StreamDecoder stderr = new StreamDecoder();
    private long sequence;
    private Duration last = Duration.ZERO;

    public EventEncoder(EventView.Started started, Receiver receiver) {
        this(started, 0, receiver);
    }

    /// @param first the first event's number; higher than 0 where there were events of an earlier attempt
    public EventEncoder(EventView.Started started, long first, Receiver receiver) {
        this.started = started;
        this.receiver = receiver;
        sequence = first;
    }

    @Override
    public void started() throws InterruptedException {
        receiver.event(EventName.STARTED.wireName(), sequence, started);
    }

    @Override
    public void compiled(Compilation compilation) throws InterruptedException {
        receiver.event(EventName.COMPILED.wireName(), ++sequence, CompileView.of(compilation));
    }

    @Override
    public void ended(CaseRun run) throws InterruptedException {
        receiver.event(EventName.CASE.wireName(), ++sequence, CaseView.of(started.id(), run));
    }

    @Override
    public void accept(OutputChunk chunk) throws InterruptedException {
        last = chunk.elapsed();
        send(chunk.stream(), decoder(chunk.stream()).decode(chunk.bytes()));
    }

    /// The last event. Half a character that was held back goes out before it.
    public void ended(ExecutionResult result) throws InterruptedException {
        for (OutputChunk.Stream stream : OutputChunk.Stream.values()) {
            send(stream, decoder(stream).end());
        }
        receiver.event(EventName.OUTCOME.wireName(), ++sequence, ResultView.of(result));
    }

    private StreamDecoder decoder(OutputChunk.Stream stream) {
        return stream == OutputChunk.Stream.STDOUT ? stdout : stderr;
    }

    private void send(OutputChunk.Stream stream, Optional<StreamDecoder.Text> text) throws InterruptedException {
        if (text.isPresent()) {
            var view = new EventView(++sequence, ResultView.millis(last), text.get().data(), text.get().encoding().wireName());
            receiver.event(EventName.of(stream).wireName(), sequence, view);
        }
    }
}
