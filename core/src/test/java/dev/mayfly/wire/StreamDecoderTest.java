package dev.mayfly.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// However a stream is cut into chunks, the events give back every byte, and text stays text.
class StreamDecoderTest {
    private static final String TEXT = "aé€𝄞-ñ漢字\n";

    private static byte[] throughEvents(byte[] bytes, Random cuts, Consumer<StreamDecoder.Text> each) {
        var decoder = new StreamDecoder();
        var joined = new ByteArrayOutputStream();
        Consumer<StreamDecoder.Text> collect = text -> {
            each.accept(text);
            joined.writeBytes(text.encoding().decode(text.data()));
        };
        for (int at = 0; at < bytes.length; ) {
            int end = Math.min(bytes.length, at + 1 + cuts.nextInt(5));
            decoder.decode(Arrays.copyOfRange(bytes, at, end)).ifPresent(collect);
            at = end;
        }
        decoder.end().ifPresent(collect);
        return joined.toByteArray();
    }

    @Test
    void splitCharactersStayText() {
        byte[] bytes = TEXT.repeat(50).getBytes(UTF_8);
        for (int seed = 0; seed < 200; seed++) {
            byte[] back = throughEvents(bytes, new Random(seed), text -> assertThat(text.encoding()).isEqualTo(Encoding.UTF_8_TEXT));
            assertThat(back).isEqualTo(bytes);
        }
    }

    @Test
    void bytesThatAreNoTextComeBackWhole() {
        for (int seed = 0; seed < 2000; seed++) {
            var random = new Random(seed);
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            assertThat(throughEvents(bytes, random, text -> {})).isEqualTo(bytes);
        }
    }
}
