package dev.mayfly.http.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.wire.EventEncoder;
import dev.mayfly.wire.Json;
import java.time.Duration;
import java.util.function.LongSupplier;

/// Progress as notifications, at most so many a second: what is said faster goes out together, and of much the end.
/// Not thread-safe.
final class PacedProgress implements Progress {
    private static final int MOST_A_SECOND = 10;
    private static final int MOST_CHARACTERS = 2000;
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final JsonNode token;
    private final EventEncoder.Receiver receiver;
    private final LongSupplier nanos;
    private final StringBuilder waiting = new StringBuilder();
    private long second;
    private int sent;
    private long count;

    PacedProgress(JsonNode token, EventEncoder.Receiver receiver, LongSupplier nanos) {
        this.token = token;
        this.receiver = receiver;
        this.nanos = nanos;
        second = nanos.getAsLong();
    }

    @Override
    public void say(String message) throws InterruptedException {
        waiting.append(message);
        if (waiting.length() > MOST_CHARACTERS) {
            int cut = waiting.length() - MOST_CHARACTERS;
            waiting.replace(0, Character.isLowSurrogate(waiting.charAt(cut)) ? cut + 1 : cut, "");
        }
        long now = nanos.getAsLong();
        if (now - second >= SECOND) {
            second = now;
            sent = 0;
        }
        if (sent < MOST_A_SECOND) {
            send();
        }
    }

    /// What still waits goes out: before the result.
    void end() throws InterruptedException {
        if (!waiting.isEmpty()) {
            send();
        }
    }

    private void send() throws InterruptedException {
        sent++;
        ObjectNode notification = Json.STRICT.createObjectNode().put("jsonrpc", "2.0").put("method", "notifications/progress");
        ObjectNode params = notification.putObject("params").put("progress", ++count).put("message", waiting.toString());
        params.set("progressToken", token);
        waiting.setLength(0);
        receiver.event(CallStream.EVENT, CallStream.WITHOUT_ID, notification);
    }
}
