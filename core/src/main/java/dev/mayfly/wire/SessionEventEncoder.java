package dev.mayfly.wire;

import dev.mayfly.sandbox.OutputChunk;
import dev.mayfly.session.Cell;
import dev.mayfly.session.Command;
import dev.mayfly.session.RunLog;
import dev.mayfly.session.SessionEvent;
import java.time.Duration;
import java.util.Optional;

/// What a cell or a command reports, as events: `stdout`, `stderr`, of a cell also `display`, `result`, `error`; then
/// `ended`. Not thread-safe.
public final class SessionEventEncoder {
    /// How long a stream waits before it looks again whether its reader is there.
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final EventEncoder.Receiver receiver;
    private final StreamDecoder stdout = new StreamDecoder();
    private final StreamDecoder stderr = new StreamDecoder();
    private final long after;
    private long sequence;

    /// @param after how many events its reader has already
    public SessionEventEncoder(long after, EventEncoder.Receiver receiver) {
        this.after = after;
        this.receiver = receiver;
    }

    public record OutputView(String data, String encoding) {}

    /// Sends all that there is and will be, and then how it ended.
    public void follow(Cell cell) throws InterruptedException {
        send("ended", SessionViews.CellEndView.of(cell, follow(cell.log())));
    }

    public void follow(Command command) throws InterruptedException {
        follow(command.log());
        send("ended", SessionViews.CommandView.withoutOutput(command));
    }

    private <E> E follow(RunLog<E> log) throws InterruptedException {
        int seen = 0;
        while (true) {
            RunLog.Part<E> part = log.after(seen, PAUSE);
            for (SessionEvent event : part.events()) {
                send(event);
            }
            seen += part.events().size();
            if (part.end().isPresent()) {
                send("stdout", stdout.end());
                send("stderr", stderr.end());
                return part.end().get();
            }
        }
    }

    private void send(SessionEvent event) throws InterruptedException {
        switch (event) {
            case SessionEvent.Output(var stream, byte[] content) when stream == OutputChunk.Stream.STDOUT -> send("stdout", stdout.decode(content));
            case SessionEvent.Output(_, byte[] content) -> send("stderr", stderr.decode(content));
            case SessionEvent.Display(var data, _) -> send("display", SessionViews.DataView.of(data));
            case SessionEvent.Result(var data, _) -> send("result", SessionViews.DataView.of(data));
            case SessionEvent.Raised raised -> send("error", SessionViews.error(raised));
        }
    }

    private void send(String name, Optional<StreamDecoder.Text> text) throws InterruptedException {
        if (text.isPresent()) {
            send(name, new OutputView(text.get().data(), text.get().encoding().wireName()));
        }
    }

    private void send(String name, Object data) throws InterruptedException {
        if (++sequence > after) {
            receiver.event(name, sequence, data);
        }
    }
}
