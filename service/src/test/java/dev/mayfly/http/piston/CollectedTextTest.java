package dev.mayfly.http.piston;

import static dev.mayfly.sandbox.OutputChunk.Stream.STDERR;
import static dev.mayfly.sandbox.OutputChunk.Stream.STDOUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.sandbox.OutputChunk;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// Output keeps its order over both streams, and its characters.
class CollectedTextTest {
    private final CollectedText output = new CollectedText();

    private void write(OutputChunk.Stream stream, String hex) throws InterruptedException {
        output.accept(new OutputChunk(stream, 1, Duration.ZERO, HexFormat.of().parseHex(hex)));
    }

    @Test
    void bothStreamsAreThereAsTheyWereWritten() throws Exception {
        write(STDOUT, "61");
        write(STDERR, "62");
        write(STDOUT, "63");
        output.end();
        assertThat(output.both()).isEqualTo("abc");
        assertThat(output.stdout()).isEqualTo("ac");
        assertThat(output.stderr()).isEqualTo("b");
    }

    @Test
    void characterThatAChunkSplitsIsWhole() throws Exception {
        // given the euro sign in two pieces, and something of the other stream between them
        write(STDOUT, "e282");
        write(STDERR, "21");
        write(STDOUT, "ac");
        output.end();
        assertThat(output.stdout()).isEqualTo("€");
        assertThat(output.both()).isEqualTo("!€");
    }

    @Test
    void whatIsNotUtf8IsReplacedAndTheRestRemains() throws Exception {
        write(STDOUT, "61ff62e2");
        write(STDOUT, "82ace282");
        output.end();
        assertThat(output.stdout()).isEqualTo("a\uFFFDb€\uFFFD");
    }
}
