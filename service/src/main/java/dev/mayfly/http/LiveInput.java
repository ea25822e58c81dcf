package dev.mayfly.http;

import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/// Input that arrives in messages, read as a stream. Unbounded by itself: each piece keeps its message's place until
/// it is read, and a flood stays with its sender because nothing is read from a socket whose messages are not taken.
public final class LiveInput extends InputStream {
    private static final Piece END = new Piece(new byte[0], () -> {});

    private record Piece(byte[] bytes, Runnable taken) {}

    private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
    private boolean ended; // guarded by this
    private volatile Piece current = END;
    private int at;
    private boolean read;

    /// Never waits. What comes behind the end is thrown away.
    ///
    /// @param taken called when all of it is read or nobody will read it; maybe twice
    public synchronized void offer(byte[] bytes, Runnable taken) {
        if (ended || bytes.length == 0) {
            taken.run();
        } else {
            pieces.add(new Piece(bytes, taken));
        }
    }

    /// What was offered before can still be read.
    synchronized void end() {
        if (!ended) {
            ended = true;
            pieces.add(END);
        }
    }

    /// Nobody reads any more.
    synchronized void discard() {
        end();
        for (Piece piece; (piece = pieces.poll()) != null; ) {
            piece.taken().run();
        }
        pieces.add(END);
        current.taken().run();
    }

    @Override
    public int read() throws InterruptedIOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws InterruptedIOException {
        if (at == current.bytes().length && !next()) {
            return -1;
        }
        int count = Math.min(length, current.bytes().length - at);
        System.arraycopy(current.bytes(), at, into, offset, count);
        at += count;
        if (at == current.bytes().length) {
            current.taken().run();
        }
        return count;
    }

    private boolean next() throws InterruptedIOException {
        try {
            current = read ? END : pieces.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for input");
        }
        at = 0;
        read = current.bytes().length == 0; // no other piece is empty
        return !read;
    }
}
