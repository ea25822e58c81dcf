package dev.mayfly.http;

import com.fasterxml.jackson.databind.util.RawValue;
import dev.mayfly.async.EventLine;
import dev.mayfly.async.EventReader;
import dev.mayfly.execution.Execution;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.store.StoreException;
import dev.mayfly.wire.EventEncoder;
import dev.mayfly.wire.EventView;
import java.util.List;

/// Where a stream's events come from. `sendTo` once, on the thread that owns it; `cancel` from any.
public interface EventSource extends AutoCloseable {
    /// In place of a sequence number, for events to which nobody can come back.
    long WITHOUT_ID = -1;

    String id();

    /// Blocks until the last event, or until the receiver takes no more.
    void sendTo(EventEncoder.Receiver receiver) throws InterruptedException, StoreException;

    /// The client has left.
    void cancel();

    @Override
    void close();

    /// A program that runs for this stream alone, and ends with it.
    record Live(Execution execution, LoggedInvocations.Run logged) implements EventSource {
        @Override
        public String id() {
            return execution.id();
        }

        @Override
        public void sendTo(EventEncoder.Receiver receiver) throws InterruptedException {
            var encoder = new EventEncoder(new EventView.Started(execution.id(), execution.runtime()), receiver);
            encoder.ended(logged.run(execution, encoder));
        }

        @Override
        public void cancel() {
            execution.cancel(Outcome.By.DISCONNECT);
        }

        @Override
        public void close() {
            execution.close();
        }
    }

    /// What the store has and will have of an execution.
    final class Stored implements EventSource {
        private final String id;
        private final EventReader reader;
        private final Sending sending = new Sending();

        Stored(String id, EventReader reader) {
            this.id = id;
            this.reader = reader;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public void sendTo(EventEncoder.Receiver receiver) throws InterruptedException, StoreException {
            sending.begin();
            try {
                for (List<EventLine> events = reader.next(); !events.isEmpty(); events = reader.next()) {
                    for (EventLine event : events) {
                        receiver.event(event.name(), event.id(), new RawValue(event.data()));
                    }
                }
            } finally {
                sending.end();
            }
        }

        @Override
        public void cancel() {
            sending.cancel();
        }

        @Override
        public void close() {
            reader.close();
        }
    }
}
