package dev.mayfly.http;

import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.RejectedException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.MaxMessagesRecvByteBufAllocator;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.EventExecutor;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Counts the messages of one WebSocket as their frames arrive. It reads the frames' heads (RFC 6455, 5.2) from the
/// bytes as they come, since the decoder behind it gathers a whole frame before it lets anybody know, and Vert.x a
/// whole message.
///
/// A message up to `WINDOW_BYTES` is free. A larger one has its place in the heap's budget before its bytes are read,
/// as a request's body has; so has all that a message in several frames may come to, because halves of messages would
/// wait for each other. What nobody has taken yet keeps the socket from being read.
///
/// Runs on the event loop, but for `next` and what it returns.
final class MessageMeter extends ChannelDuplexHandler {
    static final int WINDOW_BYTES = 1 << 16;

    private static final System.Logger LOG = System.getLogger(MessageMeter.class.getName());
    private static final Duration FAREWELL = Duration.ofSeconds(1);
    // a multiple of the mask's length, so that each piece begins where the mask does
    private static final int PIECE_BYTES = 1 << 15;

    /// Why nothing of this socket is read any more.
    enum Refusal {
        TOO_LARGE,
        NO_ROOM,
        STALLED
    }

    private enum Next {
        PASS,
        DROP,
        WAIT
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
                onLoop(MessageMeter.this::goOn);
            }
        }
    }

    private final HeapBudget heap;
    private final long maxMessageBytes;
    private final Duration stall;
    private final CompletableFuture<Refusal> refusal = new CompletableFuture<>();
    private final CompletableFuture<Boolean> gone = new CompletableFuture<>();
    private final Queue<Message> whole = new ConcurrentLinkedQueue<>();
    private final AtomicLong untaken = new AtomicLong();

    private @Nullable ChannelHandlerContext context;
    private @Nullable EventExecutor loop;
    private boolean upgraded;
    private boolean reading;
    private boolean readAsked;
    private boolean waiting;
    private boolean stopped;
    private final Queue<ByteBuf> arrived = new ArrayDeque<>();
    private final FrameHead head = new FrameHead();
    private long payloadLeft;
    private int pieceLeft;
    private boolean passing;
    private boolean last;
    private long dropped;
    private Message message;
    private int opcode;
    private long seen;

    /// @param stall how long a message that has its place may stay away
    MessageMeter(HeapBudget heap, long maxMessageBytes, Duration stall) {
        this.heap = heap;
        this.maxMessageBytes = maxMessageBytes;
        this.stall = stall;
        message = new Message();
    }

    /// Completes once, when a message cannot be taken. The rest that comes is thrown away, so that the farewell can be
    /// exchanged.
    CompletableFuture<Refusal> refusal() {
        return refusal;
    }

    /// Completes when the connection is closed.
    CompletableFuture<Boolean> gone() {
        return gone;
    }

    /// The message whose content was delivered first of those that were not asked for yet. Its taker closes it.
    Message next() {
        Message next = whole.poll();
        return next == null ? new Message() : next;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        loop = added.executor();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object bytes) {
        if (!upgraded && ctx.pipeline().get(StrictFrames.DECODER) == null) {
            ctx.fireChannelRead(bytes); // HTTP still, and to remain so if the upgrade is refused
            return;
        }
        if (!upgraded) {
            begin(ctx);
        }
        arrived.add((ByteBuf) bytes);
        advance(ctx);
    }

    private void begin(ChannelHandlerContext ctx) {
        upgraded = true;
        StrictFrames.install(ctx.pipeline(), maxMessageBytes);
        if (ctx.channel().config().getRecvByteBufAllocator() instanceof MaxMessagesRecvByteBufAllocator one) {
            one.maxMessagesPerRead(1); // a socket that may not go on must not have sent a megabyte already
        }
    }

    private void advance(ChannelHandlerContext ctx) {
        if (reading) {
            return; // what was passed on led here again
        }
        reading = true;
        try {
            for (ByteBuf bytes; !waiting && (bytes = arrived.peek()) != null; ) {
                if (payloadLeft > 0 && bytes.isReadable()) {
                    payload(ctx, bytes);
                } else if (payloadLeft > 0 || !head.read(bytes)) {
                    arrived.remove().release();
                } else {
                    beginFrame(ctx);
                }
            }
        } finally {
            reading = false;
        }
        stop(ctx);
    }

    /// Netty reads on by itself until it is stopped: it asks handlers only before its first read.
    private void stop(ChannelHandlerContext ctx) {
        if (isHeldUp() && ctx.channel().config().isAutoRead()) {
            stopped = true;
            ctx.channel().config().setAutoRead(false);
        }
    }

    private void beginFrame(ChannelHandlerContext ctx) {
        long bytes = head.payloadBytes();
        boolean control = head.isControl();
        boolean isLast = head.isFinal();
        Next next = control ? Next.PASS : next(bytes, isLast);
        if (next == Next.WAIT) {
            waiting = true;
            return;
        }
        payloadLeft = bytes;
        last = isLast && !control;
        passing = next == Next.PASS && (control || hasContent(bytes));
        message.bytes += control || next == Next.DROP ? 0 : bytes;
        if (passing) {
            passHead(ctx, true, isLast);
        }
        if (payloadLeft == 0) {
            head.clear();
        }
    }

    /// A large frame goes on as several: the decoder holds each in memory outside of the heap, more than once while it
    /// grows.
    private void passHead(ChannelHandlerContext ctx, boolean isFirst, boolean isLast) {
        pieceLeft = (int) Math.min(payloadLeft, PIECE_BYTES);
        pass(ctx, head.ofPiece(ctx.alloc(), isFirst, isLast && pieceLeft == payloadLeft, pieceLeft));
    }

    /// A message is counted before the last of it goes on: its reader may be quick.
    private void pass(ChannelHandlerContext ctx, ByteBuf bytes) {
        if (last && payloadLeft == 0) {
            Message delivered = message;
            message = new Message();
            opcode = FrameHead.CONTINUATION;
            delivered.counted = true;
            untaken.addAndGet(delivered.bytes);
            whole.add(delivered);
        }
        ctx.fireChannelRead(bytes);
    }

    /// A first frame without content is held back, and the next one begins the message in its place: Vert.x forgets a
    /// message that begins so.
    private boolean hasContent(long bytes) {
        if (message.bytes == 0 && head.opcode() != FrameHead.CONTINUATION) {
            opcode = head.opcode();
        } else if (message.bytes == 0) {
            head.setOpcode(opcode);
        }
        return bytes > 0 || last || message.bytes > 0;
    }

    private Next next(long bytes, boolean isLast) {
        if (refusal.isDone()) {
            return Next.DROP;
        }
        long all = message.bytes + bytes;
        if (all < 0 || all > maxMessageBytes) {
            refuse(Refusal.TOO_LARGE);
            return Next.DROP;
        }
        if (message.reserving || untaken.get() >= WINDOW_BYTES) {
            return Next.WAIT;
        }
        long place = all <= WINDOW_BYTES ? 0 : isLast && message.bytes == 0 ? all : maxMessageBytes;
        if (place <= message.reserved) {
            return Next.PASS;
        }
        if (message.hold.tryAdd(place - message.reserved)) {
            reserved(message, place);
            return Next.PASS;
        }
        reserve(message, place);
        return Next.WAIT;
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
            onLoop(() -> waited(large, place, found));
        });
    }

    private void waited(Message large, long place, boolean room) {
        large.reserving = false;
        if (room) {
            reserved(large, place);
        } else {
            refuse(Refusal.NO_ROOM);
        }
        goOn();
    }

    private void reserved(Message large, long place) {
        large.reserved = place;
        watch(large, seen);
    }

    /// A place is held for no message that does not come on.
    private void watch(Message large, long before) {
        EventExecutor executor = loop;
        if (executor == null) {
            return;
        }
        var _ = executor.schedule(() -> {
            if (large != message || gone.isDone() || refusal.isDone()) {
                return;
            }
            if (seen > before || isHeldUp()) {
                watch(large, seen);
                return;
            }
            refuse(Refusal.STALLED);
            passing = false;
            // amid a frame no answer to it can be read
            var _ = executor.schedule(this::hangUp, FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
        }, stall.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void hangUp() {
        if (context != null) {
            var _ = context.close();
        }
    }

    private void refuse(Refusal why) {
        refusal.complete(why);
        message.close();
    }

    private void payload(ChannelHandlerContext ctx, ByteBuf bytes) {
        int length = (int) Math.min(passing ? pieceLeft : payloadLeft, bytes.readableBytes());
        payloadLeft -= length;
        pieceLeft -= length;
        seen += length;
        if (passing) {
            pass(ctx, bytes.readRetainedSlice(length));
            if (pieceLeft == 0 && payloadLeft > 0) {
                passHead(ctx, false, last);
            }
        }
        if (payloadLeft == 0) {
            head.clear();
        }
        if (passing) {
            return;
        }
        bytes.skipBytes(length);
        dropped += length;
        if (dropped > maxMessageBytes) {
            var _ = ctx.close();
        }
    }

    private void onLoop(Runnable action) {
        EventExecutor executor = loop;
        if (executor != null && !executor.isShuttingDown()) {
            executor.execute(action);
        }
    }

    private void goOn() {
        ChannelHandlerContext ctx = context;
        if (ctx == null || ctx.isRemoved() || gone.isDone()) {
            release();
            return;
        }
        if (waiting) {
            waiting = false;
            advance(ctx);
            ctx.fireChannelReadComplete();
        }
        if (stopped && !isHeldUp()) {
            stopped = false;
            ctx.channel().config().setAutoRead(true);
        }
        if (readAsked && !isHeldUp()) {
            readAsked = false;
            ctx.read();
        }
    }

    private boolean isHeldUp() {
        return waiting || untaken.get() >= WINDOW_BYTES;
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        if (isHeldUp()) {
            readAsked = true;
        } else {
            ctx.read();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        gone.complete(true);
        release();
        ctx.fireChannelInactive();
    }

    private void release() {
        message.close();
        for (ByteBuf bytes; (bytes = arrived.poll()) != null; ) {
            ReferenceCountUtil.release(bytes);
        }
        for (Message each; (each = whole.poll()) != null; ) {
            each.close();
        }
    }
}
