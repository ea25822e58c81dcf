package dev.mayfly.agent;

import dev.mayfly.sandbox.Stdin;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;

/// Sends the program's input, never further ahead than the agent's window, so that a program that does not read its
/// input holds up neither its signals nor its output.
final class StdinPump {
    static final int WINDOW_BYTES = 1 << 18;
    private static final int CHUNK_BYTES = 1 << 15;

    private final Semaphore window = new Semaphore(WINDOW_BYTES);
    private final FrameSender sender;

    interface FrameSender {
        void send(ByteBuffer frames) throws IOException;
    }

    StdinPump(FrameSender sender) {
        this.sender = sender;
    }

    /// The agent took bytes that had been claimed. Throws `IllegalArgumentException` when it says that it took more.
    void taken(int bytes) {
        if (bytes < 0 || bytes > WINDOW_BYTES - window.availablePermits()) {
            throw new IllegalArgumentException("the agent took input that was never sent");
        }
        window.release(bytes);
    }

    /// Room for input that goes out with the program; only for what `fits`.
    void claim(int bytes) {
        window.acquireUninterruptibly(bytes);
    }

    /// Whether all of it can go out with the program.
    static boolean fits(Stdin stdin) {
        return stdin instanceof Stdin.Bytes(byte[] content) && content.length <= WINDOW_BYTES;
    }

    void pump(InputStream stream) throws IOException, InterruptedException {
        byte[] chunk = new byte[CHUNK_BYTES];
        for (int length; (length = stream.read(chunk)) >= 0; ) {
            window.acquire(length);
            sender.send(new FrameWriter().stdin(chunk, 0, length).frames());
        }
        sender.send(new FrameWriter().empty(FrameType.STDIN_END).frames());
    }
}
