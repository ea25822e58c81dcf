package dev.mayfly.http;

import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/// Input that arrives in messages, read as a stream. Bounded: a writer waits for the reader, so that a flood stays with its sender.
final class LiveInput extends InputStream {
    private static final int MAX_PIECES = 16;
    private static final long CHECK_MILLIS = 200;
    private static final byte[] NOTHING = new byte[0];

    private final BlockingQueue<byte[]> pieces = new ArrayBlockingQueue<>(MAX_PIECES);
    private volatile boolean ended;
    private byte[] current = NOTHING;
    private int at;

    void offer(byte[] piece) throws InterruptedException {
        while (!ended && piece.length > 0 && !pieces.offer(piece, CHECK_MILLIS, TimeUnit.MILLISECONDS)) {
            Thread.onSpinWait();
        }
    }

    void end() {
        ended = true;
        var _ = pieces.offer(NOTHING); // wakes the reader; a full queue needs no waking
    }

    @Override
    public int read() throws InterruptedIOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws InterruptedIOException {
        while (at == current.length) {
            if (!next()) {
                return -1;
            }
        }
        int count = Math.min(length, current.length - at);
        System.arraycopy(current, at, into, offset, count);
        at += count;
        return count;
    }

    private boolean next() throws InterruptedIOException {
        try {
            while (true) {
                boolean last = ended; // looked at first: what came before the end is in the queue by now
                byte[] piece = pieces.poll(last ? 0 : CHECK_MILLIS, TimeUnit.MILLISECONDS);
                if (piece != null && piece.length > 0) {
                    current = piece;
                    at = 0;
                    return true;
                }
                if (last && piece == null) {
                    return false;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for input");
        }
    }
}
