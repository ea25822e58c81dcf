package dev.mayfly.agent;

import dev.mayfly.sandbox.HeldProcess;
import dev.mayfly.sandbox.HeldSandbox.ProcessListener;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.Usage;
import dev.mayfly.sandbox.WindowSize;
import java.io.IOException;
import java.util.concurrent.Semaphore;

/// One process of a held sandbox: what goes to its inputs is never further ahead than the agent's windows.
final class AgentProcess implements HeldProcess {
    private static final byte STDIN = 0;
    private static final byte CELLS = 3;
    private static final int CHUNK_BYTES = 1 << 15;

    private final int id;
    private final ProcessListener listener;
    private final StdinPump.FrameSender sender;
    private final Semaphore stdin = new Semaphore(StdinPump.WINDOW_BYTES);
    private final Semaphore cells = new Semaphore(StdinPump.WINDOW_BYTES);
    private volatile boolean ended;

    AgentProcess(int id, ProcessListener listener, StdinPump.FrameSender sender) {
        this.id = id;
        this.listener = listener;
        this.sender = sender;
    }

    int id() {
        return id;
    }

    ProcessListener listener() {
        return listener;
    }

    void ended(Outcome outcome, Usage usage) {
        ended = true;
        stdin.release(StdinPump.WINDOW_BYTES); // those who wait find out
        cells.release(StdinPump.WINDOW_BYTES);
        listener.ended(outcome, usage);
    }

    /// Throws `IllegalArgumentException` when the agent took what was never sent.
    void taken(byte stream, int bytes) {
        Semaphore window = stream == STDIN ? stdin : cells;
        if (bytes < 0 || bytes > StdinPump.WINDOW_BYTES - window.availablePermits()) {
            throw new IllegalArgumentException("the agent took input that was never sent");
        }
        window.release(bytes);
    }

    @Override
    public void write(byte[] bytes) throws SandboxException, InterruptedException {
        write(STDIN, bytes, stdin);
    }

    @Override
    public boolean offer(byte[] bytes) throws SandboxException {
        if (ended) {
            return true;
        }
        if (!stdin.tryAcquire(bytes.length)) {
            return false;
        }
        for (int at = 0; at < bytes.length; at += CHUNK_BYTES) {
            send(frames().feed(id, STDIN, bytes, at, Math.min(CHUNK_BYTES, bytes.length - at)));
        }
        return true;
    }

    @Override
    public void writeCells(byte[] bytes) throws SandboxException, InterruptedException {
        write(CELLS, bytes, cells);
    }

    private void write(byte stream, byte[] bytes, Semaphore window) throws SandboxException, InterruptedException {
        for (int at = 0; at < bytes.length && !ended; at += CHUNK_BYTES) {
            int length = Math.min(CHUNK_BYTES, bytes.length - at);
            window.acquire(length);
            if (ended) {
                window.release(length); // for the next who waits
                return;
            }
            send(frames().feed(id, stream, bytes, at, length));
        }
    }

    @Override
    public void endInput() throws SandboxException {
        sendUnlessEnded(frames().endOfInput(id));
    }

    @Override
    public void signal(int number) throws SandboxException {
        sendUnlessEnded(frames().signalTo(id, number));
    }

    @Override
    public void resizeTerminal(WindowSize size) throws SandboxException {
        sendUnlessEnded(frames().resizeOf(id, size));
    }

    private static FrameWriter frames() {
        return new FrameWriter();
    }

    private void sendUnlessEnded(FrameWriter frames) throws SandboxException {
        if (!ended) {
            send(frames);
        }
    }

    private void send(FrameWriter frames) throws SandboxException {
        try {
            sender.send(frames.frames());
        } catch (IOException e) {
            throw new SandboxException("the sandbox is gone", e);
        }
    }
}
