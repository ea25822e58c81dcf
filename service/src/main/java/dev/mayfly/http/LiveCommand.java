package dev.mayfly.http;

import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.WindowSize;
import dev.mayfly.session.Command;
import dev.mayfly.session.Session;
import dev.mayfly.wire.SessionEventEncoder;
import dev.mayfly.wire.SocketEvent;
import io.quarkus.websockets.next.CloseReason;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.util.Arrays;

/// A command of a session at the other end of a WebSocket.
record LiveCommand(Session session, Command command, InputStream input) implements LiveRun {
    private static final System.Logger LOG = System.getLogger(LiveCommand.class.getName());
    private static final int CHUNK_BYTES = 1 << 15;

    @Override
    public String id() {
        return session.id();
    }

    @Override
    public CloseReason run(LiveProtocol.Sender sender) throws InterruptedException {
        Thread typing = Thread.ofVirtual().name("typing").start(this::feed);
        try {
            new SessionEventEncoder(0, (name, sequence, data) -> sender.send(new SocketEvent(name, data))).follow(command);
            return CloseReason.NORMAL;
        } finally {
            typing.interrupt();
        }
    }

    private void feed() {
        byte[] chunk = new byte[CHUNK_BYTES];
        try {
            for (int length; (length = input.read(chunk)) >= 0; ) {
                command.write(Arrays.copyOf(chunk, length));
            }
            command.endInput();
        } catch (IOException | SandboxException e) {
            LOG.log(Level.DEBUG, "nothing more is typed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the command has ended
        }
    }

    @Override
    public void signal(int number) throws SandboxException {
        command.signal(number);
    }

    @Override
    public void resizeTerminal(WindowSize size) throws SandboxException {
        command.resizeTerminal(size);
    }

    @Override
    public void cancel(Outcome.By by) {
        command.cancel(by);
    }

    @Override
    public void close() {
        command.cancel(Outcome.By.DISCONNECT);
        session.forget(command);
    }
}
