package dev.mayfly.async;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.mayfly.store.StoreException;
import dev.mayfly.wire.Encoding;
import dev.mayfly.wire.EventName;
import dev.mayfly.wire.EventView;
import dev.mayfly.wire.ResultView;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;

/// Makes the result of an execution that has ended from its events: output is stored once.
final class Replay {
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();

    private Replay() {}

    /// Empty when they are gone.
    static Optional<ResultView> result(ExecutionQueries records, String id) throws StoreException {
        var replay = new Replay();
        try {
            for (List<EventLine> events = records.events(id, -1); !events.isEmpty(); events = records.events(id, events.getLast().id())) {
                for (EventLine event : events) {
                    if (event.isLast()) {
                        var result = StoredSubmission.LENIENT.readValue(event.data(), ResultView.class);
                        return Optional.of(result.withOutput(replay.stdout.toByteArray(), replay.stderr.toByteArray()));
                    }
                    replay.add(event);
                }
            }
            return Optional.empty();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private void add(EventLine event) throws JsonProcessingException {
        switch (EventName.named(event.name()).orElseThrow(() -> unknown(event))) {
            case STARTED -> {
                stdout.reset();
                stderr.reset();
            }
            case COMPILED, CASE -> {} // is in the result, too
            case STDOUT -> stdout.writeBytes(bytes(event));
            case STDERR -> stderr.writeBytes(bytes(event));
            case OUTCOME, REJECTED -> throw unknown(event); // the one is the end, the other is not stored
        }
    }

    private static IllegalStateException unknown(EventLine event) {
        return new IllegalStateException("an event in the middle must be started, stdout or stderr; got %s".formatted(event.name()));
    }

    private static byte[] bytes(EventLine event) throws JsonProcessingException {
        var view = StoredSubmission.LENIENT.readValue(event.data(), EventView.class);
        return Encoding.byName(view.encoding()).decode(view.data());
    }
}
