package dev.mayfly.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.execution.HeapBudget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Messages are counted before they are joined: a large one waits for its place, many untaken ones stop the reading,
/// and what is passed on is what came.
class MessageMeterTest {
    private static final int LARGE = 3 * MessageRoom.WINDOW_BYTES;
    private static final int MOST = 4 * MessageRoom.WINDOW_BYTES;

    private final HeapBudget heap = new HeapBudget(MOST, Duration.ofSeconds(20));
    private final EmbeddedChannel encoder = new EmbeddedChannel(new WebSocket13FrameEncoder(true));
    private final Reads reads = new Reads();
    private MessageMeter meter = new MessageMeter(heap, MOST, Duration.ofMinutes(1));
    private EmbeddedChannel channel = channel(meter);

    /// Counts how often the socket would be read.
    @io.netty.channel.ChannelHandler.Sharable
    private static final class Reads extends ChannelDuplexHandler {
        private int asked;

        @Override
        public void read(ChannelHandlerContext ctx) {
            asked++;
        }
    }

    private EmbeddedChannel channel(MessageMeter under) {
        return new EmbeddedChannel(reads, under) {
            {
                pipeline().addLast(StrictFrames.DECODER, new WebSocket13FrameDecoder(true, false, MOST));
            }
        };
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
        encoder.finishAndReleaseAll();
    }

    private byte[] bytes(WebSocketFrame frame) {
        encoder.writeOutbound(frame);
        var all = new java.io.ByteArrayOutputStream();
        for (ByteBuf part; (part = encoder.readOutbound()) != null; part.release()) {
            byte[] bytes = new byte[part.readableBytes()];
            part.readBytes(bytes);
            all.writeBytes(bytes);
        }
        return all.toByteArray();
    }

    private static String text(int length) {
        return "x".repeat(length);
    }

    private static TextWebSocketFrame frame(int length) {
        return new TextWebSocketFrame(text(length));
    }

    private void send(byte[] bytes) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes));
    }

    private void send(byte[] bytes, int from, int to) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes, from, to - from));
    }

    /// What the frames that were decoded so far say, each message ended by |.
    private String decoded() {
        var all = new StringBuilder();
        for (WebSocketFrame frame; (frame = channel.readInbound()) != null; frame.release()) {
            all.append(frame.content().toString(StandardCharsets.UTF_8)).append(frame.isFinalFragment() ? "|" : "");
        }
        return all.toString();
    }

    private void awaitRun(java.util.function.BooleanSupplier condition) {
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            channel.runPendingTasks();
            return condition.getAsBoolean();
        });
    }

    @Test
    void largeMessageWaitsForItsPlaceBeforeItsBytesAreRead() throws Exception {
        // given a budget of which another one has half
        var other = heap.hold();
        other.add(MOST / 2);
        // when a message of three quarters begins
        byte[] large = bytes(frame(LARGE));
        send(large, 0, 100);
        int asked = reads.asked;
        channel.read();
        // then the socket is not read any further
        assertThat(reads.asked).isEqualTo(asked);
        // and goes on when there is room
        other.close();
        awaitRun(() -> reads.asked > asked);
        send(large, 100, large.length);
        // and no piece of it is large in the decoder
        assertThat(channel.inboundMessages()).hasSizeGreaterThan(2).allSatisfy(piece ->
                assertThat(((WebSocketFrame) piece).content().readableBytes()).isLessThanOrEqualTo(MessageRoom.WINDOW_BYTES));
        assertThat(decoded()).isEqualTo(text(LARGE) + "|");
        // and its place is given back when its taker is through
        MessageRoom.Message message = meter.next();
        var next = new HeapBudgetProbe(heap);
        assertThat(next.hasRoomFor(MOST)).isFalse();
        message.close();
        assertThat(next.hasRoomFor(MOST)).isTrue();
    }

    /// Whether so much is free now.
    private record HeapBudgetProbe(HeapBudget heap) {
        boolean hasRoomFor(long bytes) {
            try (var hold = heap.hold()) {
                return hold.tryAdd(bytes);
            }
        }
    }

    @Test
    void messageThatFindsNoPlaceIsRefusedAndItsBytesAreDropped() throws Exception {
        // given a budget that is taken, and nobody who gives it back
        var full = new HeapBudget(MOST, Duration.ofMillis(10));
        try (var other = full.hold()) {
            other.add(MOST);
            meter = new MessageMeter(full, MOST, Duration.ofMinutes(1));
            channel = channel(meter);
            // when a large message comes
            send(bytes(frame(LARGE)));
            awaitRun(() -> meter.refusal().isDone());
            channel.runPendingTasks();
            // then it is refused, and of what comes only the farewell passes
            assertThat(meter.refusal().get(1, TimeUnit.SECONDS)).isEqualTo(MessageRoom.Refusal.NO_ROOM);
            send(bytes(frame(5)));
            send(bytes(new CloseWebSocketFrame(1000, "")));
            WebSocketFrame only = channel.readInbound();
            assertThat(only).isInstanceOf(CloseWebSocketFrame.class);
            only.release();
            assertThat(channel.<Object>readInbound()).isNull();
        }
    }

    @Test
    void tooLargeMessageIsRefusedAtItsHead() throws Exception {
        byte[] tooLarge = bytes(frame(MOST + 1));
        send(tooLarge, 0, 20);
        assertThat(meter.refusal().get(1, TimeUnit.SECONDS)).isEqualTo(MessageRoom.Refusal.TOO_LARGE);
        send(tooLarge, 20, tooLarge.length);
        assertThat(decoded()).isEmpty();
    }

    @Test
    void manyFramesThatTogetherAreTooLargeAreRefused() throws Exception {
        send(bytes(new TextWebSocketFrame(false, 0, text(MOST / 2))));
        awaitRun(() -> !channel.inboundMessages().isEmpty());
        send(bytes(new ContinuationWebSocketFrame(true, 0, text(MOST / 2 + 1))));
        assertThat(meter.refusal().get(1, TimeUnit.SECONDS)).isEqualTo(MessageRoom.Refusal.TOO_LARGE);
        assertThat(new HeapBudgetProbe(heap).hasRoomFor(MOST)).isTrue();
    }

    @Test
    void messageInManyFramesReservesAllThatItMayBe() {
        send(bytes(new TextWebSocketFrame(false, 0, text(MessageRoom.WINDOW_BYTES))));
        assertThat(new HeapBudgetProbe(heap).hasRoomFor(MOST)).isTrue();
        send(bytes(new ContinuationWebSocketFrame(true, 0, text(1))));
        awaitRun(() -> channel.inboundMessages().size() == 3);
        assertThat(new HeapBudgetProbe(heap).hasRoomFor(1 << 10)).isFalse();
        meter.next().close();
        assertThat(new HeapBudgetProbe(heap).hasRoomFor(MOST)).isTrue();
    }

    @Test
    void untakenMessagesKeepTheSocketFromBeingRead() {
        // given as many small messages as may wait
        byte[] small = bytes(frame(1 << 10));
        for (int i = 0; i < MessageRoom.WINDOW_BYTES >> 10; i++) {
            send(small);
        }
        int before = decoded().length();
        // then the next one is not passed on, and nothing is read
        send(small);
        int asked = reads.asked;
        channel.read();
        assertThat(decoded()).isEmpty();
        assertThat(reads.asked).isEqualTo(asked);
        // until one is taken
        assertThat(before).isEqualTo(MessageRoom.WINDOW_BYTES + (MessageRoom.WINDOW_BYTES >> 10));
        meter.next().close();
        awaitRun(() -> !channel.inboundMessages().isEmpty());
        // and one that stays does not count
        meter.next().keep();
        awaitRun(() -> reads.asked > asked);
    }

    @Test
    void messageThatDoesNotComeOnIsRefused() throws Exception {
        meter = new MessageMeter(heap, MOST, Duration.ofMillis(1));
        channel = channel(meter);
        byte[] large = bytes(frame(LARGE));
        send(large, 0, 100);
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            channel.runPendingTasks();
            channel.runScheduledPendingTasks();
            return meter.refusal().isDone() && !channel.isOpen();
        });
        assertThat(meter.refusal().get(1, TimeUnit.SECONDS)).isEqualTo(MessageRoom.Refusal.STALLED);
        assertThat(new HeapBudgetProbe(heap).hasRoomFor(MOST)).isTrue();
    }

    @Test
    void connectionThatEndsGivesEverythingBack() {
        byte[] large = bytes(frame(LARGE));
        send(large);
        awaitRun(() -> !channel.inboundMessages().isEmpty());
        assertThat(new HeapBudgetProbe(heap).hasRoomFor(LARGE)).isFalse();
        var _ = channel.close();
        assertThat(meter.gone()).isDone();
        assertThat(new HeapBudgetProbe(heap).hasRoomFor(MOST)).isTrue();
    }

    @Test
    void firstFrameWithoutContentDoesNotLoseTheMessage() {
        send(bytes(new TextWebSocketFrame(false, 0, "")));
        send(bytes(new ContinuationWebSocketFrame(false, 0, "")));
        send(bytes(new PingWebSocketFrame(Unpooled.copiedBuffer("ping", StandardCharsets.UTF_8))));
        send(bytes(new ContinuationWebSocketFrame(false, 0, "a")));
        send(bytes(new ContinuationWebSocketFrame(true, 0, "b")));
        WebSocketFrame ping = channel.readInbound();
        WebSocketFrame first = channel.readInbound();
        assertThat(List.of(ping, first)).extracting(frame -> (Object) frame.getClass()).containsExactly(PingWebSocketFrame.class, TextWebSocketFrame.class);
        ping.release();
        first.release();
        assertThat(decoded()).isEqualTo("b|");
    }

    @Test
    void framesCutAnywhereAreTheSameFrames() {
        var random = new Random(7);
        for (int round = 0; round < 50; round++) {
            meter = new MessageMeter(heap, MOST, Duration.ofMinutes(1));
            channel = channel(meter);
            var expected = new StringBuilder();
            var stream = new java.io.ByteArrayOutputStream();
            List<Integer> lengths = new ArrayList<>(List.of(0, 1, 125, 126, 127, 300));
            for (int i = 0; i < 20; i++) {
                String content = text(lengths.get(random.nextInt(lengths.size())));
                stream.writeBytes(bytes(new TextWebSocketFrame(content)));
                expected.append(content).append('|');
            }
            byte[] all = stream.toByteArray();
            for (int at = 0; at < all.length; ) {
                int to = Math.min(all.length, at + 1 + random.nextInt(1 + random.nextInt(200)));
                send(all, at, to);
                at = to;
            }
            assertThat(decoded()).isEqualTo(expected.toString());
            channel.finishAndReleaseAll();
        }
    }

    @Test
    void textThatIsNotUtf8ClosesWith1007() {
        byte[] broken = bytes(new io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame(Unpooled.wrappedBuffer(new byte[] {(byte) 0xC3, 0x28})));
        broken[0] = (byte) ((broken[0] & 0xF0) | 1);
        send(broken);
        CloseWebSocketFrame close = channel.readOutbound();
        assertThat(close.statusCode()).isEqualTo(1007);
        close.release();
        assertThat(channel.<Object>readOutbound()).isNull();
        assertThat(channel.isOpen()).isFalse();
    }
}
