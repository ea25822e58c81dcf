package dev.mayfly.http;

import dev.mayfly.execution.RejectedException;
import dev.mayfly.wire.Rejection;
import io.quarkus.websockets.next.CloseReason;
import io.quarkus.websockets.next.WebSocketConnection;

/// What is said over a WebSocket about the program at its other end; how it is said is for `LiveSockets`.
public interface LiveProtocol {
    /// Sends one object as JSON.
    @FunctionalInterface
    interface Sender {
        /// Blocks while the client is slow.
        ///
        /// @throws InterruptedException it has left, or stopped reading
        void send(Object message) throws InterruptedException;
    }

    /// The client broke the protocol: the connection is closed, and its program ended.
    final class BrokenException extends Exception {
        private static final long serialVersionUID = 1;

        private final transient CloseReason reason;

        public BrokenException(CloseReason reason) {
            super(reason.getMessage());
            this.reason = reason;
        }

        CloseReason reason() {
            return reason;
        }
    }

    /// The last words to a client whose program is not run.
    record Farewell(Object message, CloseReason reason) {}

    /// The first message: what runs from now on.
    ///
    /// @param input what will be typed; a first piece of it may come with the message
    LiveRun begin(byte[] message, LiveInput input, WebSocketConnection connection) throws RejectedException, BrokenException, InterruptedException;

    /// A later message. Returns whether it keeps its place until its input is read.
    ///
    /// @param taken for the input, to be called when it is read
    boolean take(byte[] message, LiveProgram program, Runnable taken, Sender sender) throws RejectedException, BrokenException, InterruptedException;

    /// @param reason with which our own protocol closes
    Farewell refuse(Rejection rejection, CloseReason reason);
}
