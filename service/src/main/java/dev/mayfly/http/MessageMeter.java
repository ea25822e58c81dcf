package dev.mayfly.http;

import dev.mayfly.execution.HeapBudget;
import dev.mayfly.http.MessageRoom.Answer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.MaxMessagesRecvByteBufAllocator;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Counts the messages of one WebSocket as their frames arrive. It reads the frames' heads (RFC 6455, 5.2) from the
/// bytes as they come, since the decoder behind it gathers a whole frame before it lets anybody know, and Vert.x a
/// whole message. Whether a frame may be read is for `MessageRoom` to decide.
///
/// Runs on the event loop, but for `next` and what it returns.
final class MessageMeter extends ChannelDuplexHandler {
    private static final Duration FAREWELL = Duration.ofSeconds(1);
    // a multiple of the mask's length, so that each piece begins where the mask does
    private static final int PIECE_BYTES = 1 << 15;

    private final long maxMessageBytes;
    private final MessageRoom room;
    private final CompletableFuture<Boolean> gone = new CompletableFuture<>();

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
    private int opcode;
    private long seen;

    /// @param stall how long a message that has its place may stay away
    MessageMeter(HeapBudget heap, long maxMessageBytes, Duration stall) {
        this.maxMessageBytes = maxMessageBytes;
        room = new MessageRoom(heap, maxMessageBytes, stall, new Socket());
    }

    /// Completes once, when a message cannot be taken. The rest that comes is thrown away, so that the farewell can be
    /// exchanged.
    CompletableFuture<MessageRoom.Refusal> refusal() {
        return room.refusal();
    }

    /// Completes when the connection is closed.
    CompletableFuture<Boolean> gone() {
        return gone;
    }

    /// The message whose content was delivered first of those that were not asked for yet. Its taker closes it.
    MessageRoom.Message next() {
        return room.next();
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
        boolean begins = room.comingBytes() == 0;
        Answer answer = control ? Answer.PASS : room.admit(bytes, isLast);
        if (answer == Answer.WAIT) {
            waiting = true;
            return;
        }
        payloadLeft = bytes;
        last = isLast && !control;
        passing = answer == Answer.PASS && (control || hasContent(begins, bytes));
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
            opcode = FrameHead.CONTINUATION;
            room.delivered();
        }
        ctx.fireChannelRead(bytes);
    }

    /// A first frame without content is held back, and the next one begins the message in its place: Vert.x forgets a
    /// message that begins so.
    private boolean hasContent(boolean begins, long bytes) {
        if (begins && head.opcode() != FrameHead.CONTINUATION) {
            opcode = head.opcode();
        } else if (begins) {
            head.setOpcode(opcode);
        }
        return bytes > 0 || last || !begins;
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
        return waiting || room.isFull();
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
        room.release();
        for (ByteBuf bytes; (bytes = arrived.poll()) != null; ) {
            ReferenceCountUtil.release(bytes);
        }
    }

    private final class Socket implements MessageRoom.Connection {
        @Override
        public void onLoop(Runnable action) {
            EventExecutor executor = loop;
            if (executor != null && !executor.isShuttingDown()) {
                executor.execute(action);
            }
        }

        @Override
        public void onLoopAfter(Duration pause, Runnable action) {
            EventExecutor executor = loop;
            if (executor != null) {
                var _ = executor.schedule(action, pause.toMillis(), TimeUnit.MILLISECONDS);
            }
        }

        @Override
        public boolean isOpen() {
            return !gone.isDone();
        }

        @Override
        public boolean isHeldUp() {
            return MessageMeter.this.isHeldUp();
        }

        @Override
        public long seenBytes() {
            return seen;
        }

        @Override
        public void goOn() {
            MessageMeter.this.goOn();
        }

        /// Amid a frame no answer to a farewell can be read.
        @Override
        public void cutOff() {
            passing = false;
            onLoopAfter(FAREWELL, () -> {
                if (context != null) {
                    var _ = context.close();
                }
            });
        }
    }
}
