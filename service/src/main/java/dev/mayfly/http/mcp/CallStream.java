package dev.mayfly.http.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.http.EventSource;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.wire.EventEncoder;
import java.util.Optional;

/// A call whose client hears of its progress: notifications, then the answer. A call that the client takes back ends
/// without one.
final class CallStream implements EventSource {
    static final String EVENT = "message";

    private final Message message;
    private final JsonNode token;
    private final ToolCall call;
    private final Calls calls;
    private final RunningCalls.Entry entry;

    /// @param entry closed with the stream
    CallStream(Message message, JsonNode token, ToolCall call, Calls calls, RunningCalls.Entry entry) {
        this.message = message;
        this.token = token;
        this.call = call;
        this.calls = calls;
        this.entry = entry;
    }

    @Override
    public String id() {
        return "call"; // what the client has chosen stays out of the names of threads
    }

    @Override
    public void sendTo(EventEncoder.Receiver receiver) throws InterruptedException {
        var progress = new PacedProgress(token, receiver, System::nanoTime);
        Optional<ObjectNode> answer = answer(progress);
        if (answer.isPresent()) {
            progress.end();
            receiver.event(EVENT, WITHOUT_ID, answer.get());
        }
    }

    private Optional<ObjectNode> answer(Progress progress) throws InterruptedException {
        try {
            call.cancellation().takenOver();
            return Optional.of(calls.answer(message, call.with(progress)));
        } catch (InterruptedException e) {
            if (call.cancellation().by().filter(Outcome.By.CLIENT::equals).isEmpty()) {
                throw e;
            }
            return Optional.empty();
        } finally {
            call.cancellation().over();
        }
    }

    @Override
    public void cancel() {
        call.cancellation().cancel(Outcome.By.DISCONNECT);
    }

    @Override
    public void close() {
        entry.close();
        call.hold().close();
    }
}
