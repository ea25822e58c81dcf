package dev.mayfly.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.session.CellMessages.Kind;
import dev.mayfly.session.CellMessages.Message;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Messages of a driver may be anybody's: they are whole and right, or refused.
class CellMessagesTest {
    private static byte[] message(String json) {
        byte[] body = json.getBytes(UTF_8);
        return ByteBuffer.allocate(4 + body.length).putInt(body.length).put(body).array();
    }

    private static byte[] joined(byte[]... parts) {
        ByteBuffer all = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(part -> part.length).sum());
        Arrays.stream(parts).forEach(all::put);
        return all.array();
    }

    @Test
    void messagesAreTheSameHoweverTheyAreCut() {
        byte[] all = joined(message("{\"type\": \"ready\", \"id\": 0}"), message("{\"type\": \"result\", \"id\": 1, \"data\": {\"text/plain\": \"ü\"}}"),
                message("{\"type\": \"error\", \"id\": 1, \"name\": \"E\", \"message\": \"m\", \"trace\": \"t\"}"), message("{\"type\": \"done\", \"id\": 1}"));
        for (int size = 1; size <= all.length; size++) {
            var messages = new CellMessages(1000);
            List<Message> heard = new ArrayList<>();
            for (int at = 0; at < all.length; at += size) {
                messages.take(Arrays.copyOfRange(all, at, Math.min(all.length, at + size)), heard::add);
            }
            assertThat(heard).extracting(Message::kind).containsExactly(Kind.READY, Kind.RESULT, Kind.ERROR, Kind.DONE);
            assertThat(heard.get(2).event()).contains(new SessionEvent.Raised("E", "m", "t"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "null", "{\"type\": \"else\", \"id\": 1}", "{\"id\": 1}", "{\"type\": \"result\", \"id\": 1}", "{\"type\": \"error\", \"id\": 1, \"name\": \"E\"}"})
    void whatIsNoMessageIsRefused(String json) {
        assertThatThrownBy(() -> new CellMessages(1000).take(message(json), message -> {})).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void messageBeyondWhatACellMayShowIsReportedByItsLengthAndSkipped() {
        int length = 1000 + (1 << 16) + 1;
        byte[] all = joined(ByteBuffer.allocate(4 + length).putInt(length).array(), message("{\"type\": \"done\", \"id\": 1}"));
        for (int size : new int[] {1, 1000, all.length}) {
            var messages = new CellMessages(1000);
            List<Message> heard = new ArrayList<>();
            for (int at = 0; at < all.length; at += size) {
                messages.take(Arrays.copyOfRange(all, at, Math.min(all.length, at + size)), heard::add);
            }
            assertThat(heard).extracting(Message::kind).containsExactly(Kind.TOO_LONG, Kind.DONE);
            assertThat(heard.getFirst().bytes()).isEqualTo(length);
        }
    }

    @Test
    void messageOfManyPartsOrDeepIsRefused() {
        assertThatThrownBy(() -> new CellMessages(1 << 20).take(message("{\"type\": \"result\", \"id\": 1, \"data\": {\"a\": [" + "[],".repeat(50_000) + "0]}}"), message -> {}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new CellMessages(1 << 20).take(message("{\"type\": \"result\", \"id\": 1, \"data\": {\"a\": " + "[".repeat(600) + "]".repeat(600) + "}}"), message -> {}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void messageWhoseLengthCannotBeIsRefused() {
        assertThatThrownBy(() -> new CellMessages(1000).take(new byte[] {-1, 0, 0, 0}, message -> {})).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void randomBytesAreRefusedOrWaitForMore() {
        for (int seed = 0; seed < 10_000; seed++) {
            byte[] noise = new byte[new Random(seed).nextInt(40)];
            new Random(seed).nextBytes(noise);
            try {
                new CellMessages(1 << 20).take(noise, message -> assertThat(message.kind()).isEqualTo(Kind.TOO_LONG));
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageContaining("message of cells");
            }
        }
    }
}
