package dev.mayfly.http;

import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.RejectedException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/// What the messages of one WebSocket may take of the heap. A message up to `WINDOW_BYTES` is free. A larger one has
/// its place in the heap's budget before its bytes are read, as a request's body has; so has all that a message in
/// several frames may come to, because halves of messages would wait for each other. What nobody has taken yet keeps
/// the connection from being read.
///
/// Runs on the connection's event loop, but for `next` and what it returns.
final class MessageRoom {
    static final int WINDOW_BYTES = 1 << 16;

    private static final System.Logger LOG = System.getLogger(MessageRoom.class.getName());

    /// Why nothing of this socket is read any more.
    enum Refusal {
        TOO_LARGE,
        NO_ROOM,
        STALLED
    }

    /// What becomes of a frame.
    enum Answer {
        PASS,
        DROP,
        WAIT
    }

    /// The connection that the messages come from.
    interface Connection {
        void onLoop(Runnable action);

        void onLoopAfter(Duration pause, Runnable action);

        boolean isOpen();

        /// Whether it is this side that does not read.
        boolean isHeldUp();

        /// Bytes of content that have come so far.
        long seenBytes();

        /// There may be room again.
        void goOn();

        /// Nothing more of it is wanted, not even the rest of a frame.
        void cutOff();
    }

    /// One that has come whole, or will. Closing gives its place back; idempotent and thread-safe.
    final class Message implements AutoCloseable {
        private final HeapBudget.Hold hold = heap.hold();
        private long bytes;
        private long reserved;
        private boolean reserving;
        private boolean counted;

        /// It stays for long, and shall not keep the next ones from being read.
        void keep() {
            uncount();
        }

        @Override
        public void close() {
            uncount();
            hold.close();
        }

        private synchronized void uncount() {
            if (counted) {
                counted = false;
                untaken.addAndGet(-bytes);
                connection.onLoop(connection::goOn);
            }
        }
    }

    private final HeapBudget heap;
    private final long maxMessageBytes;
    private final Duration stall;
    private final Connection connection;
    private final CompletableFuture<Refusal> refusal = new CompletableFuture<>();
    private final Queue<Message> whole = new ConcurrentLinkedQueue<>();
    private final AtomicLong untaken = new AtomicLong();
    private Message coming;

    /// @param stall how long a message that has its place may stay away
    MessageRoom(HeapBudget heap, long maxMessageBytes, Duration stall, Connection connection) {
        this.heap = heap;
        this.maxMessageBytes = maxMessageBytes;
        this.stall = stall;
        this.connection = connection;
        coming = new Message();
    }

    /// Completes once, when a message cannot be taken.
    CompletableFuture<Refusal> refusal() {
        return refusal;
    }

    /// The message whose content was delivered first of those that were not asked for yet. Its taker closes it.
    Message next() {
        Message next = whole.poll();
        return next == null ? new Message() : next;
    }

    /// Bytes of the message that is coming, so far.
    long comingBytes() {
        return coming.bytes;
    }

    boolean isFull() {
        return untaken.get() >= WINDOW_BYTES;
    }

    /// Whether the next frame of the message that is coming may be read; after `WAIT` it is asked again.
    Answer admit(long bytes, boolean isLast) {
        Answer answer = answer(bytes, isLast);
        coming.bytes += answer == Answer.PASS ? bytes : 0;
        return answer;
    }

    private Answer answer(long bytes, boolean isLast) {
        if (refusal.isDone()) {
            return Answer.DROP;
        }
        long all = coming.bytes + bytes;
        if (all < 0 || all > maxMessageBytes) {
            refuse(Refusal.TOO_LARGE);
            return Answer.DROP;
        }
        if (coming.reserving || isFull()) {
            return Answer.WAIT;
        }
        long place = all <= WINDOW_BYTES ? 0 : isLast && coming.bytes == 0 ? all : maxMessageBytes;
        if (place <= coming.reserved) {
            return Answer.PASS;
        }
        if (coming.hold.tryAdd(place - coming.reserved)) {
            reserved(coming, place);
            return Answer.PASS;
        }
        reserve(coming, place);
        return Answer.WAIT;
    }

    /// The message that was coming is whole, and the next one begins.
    void delivered() {
        Message delivered = coming;
        coming = new Message();
        delivered.counted = true;
        untaken.addAndGet(delivered.bytes);
        whole.add(delivered);
    }

    /// Room is waited for, as for a request's body.
    private void reserve(Message large, long place) {
        large.reserving = true;
        Thread.ofVirtual().name("message").start(() -> {
            boolean room = false;
            try {
                large.hold.add(place - large.reserved);
                room = true;
            } catch (RejectedException | IllegalStateException e) { // no room, or the client has left meanwhile
                LOG.log(Level.DEBUG, "a message is refused", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            boolean found = room;
            connection.onLoop(() -> waited(large, place, found));
        });
    }

    private void waited(Message large, long place, boolean room) {
        large.reserving = false;
        if (room) {
            reserved(large, place);
        } else {
            refuse(Refusal.NO_ROOM);
        }
        connection.goOn();
    }

    private void reserved(Message large, long place) {
        large.reserved = place;
        watch(large, connection.seenBytes());
    }

    /// A place is held for no message that does not come on.
    private void watch(Message large, long before) {
        connection.onLoopAfter(stall, () -> {
            if (large != coming || !connection.isOpen() || refusal.isDone()) {
                return;
            }
            long seen = connection.seenBytes();
            if (seen > before || connection.isHeldUp()) {
                watch(large, seen);
                return;
            }
            refuse(Refusal.STALLED);
            connection.cutOff();
        });
    }

    private void refuse(Refusal why) {
        refusal.complete(why);
        coming.close();
    }

    /// The connection has ended, and nobody asks for what has come any more.
    void release() {
        coming.close();
        for (Message each; (each = whole.poll()) != null; ) {
            each.close();
        }
    }
}
