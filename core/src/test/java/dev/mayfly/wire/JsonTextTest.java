package dev.mayfly.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.execution.RejectedException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is no text is refused at every door, not silently changed.
class JsonTextTest {
    private static final String PROGRAM = "{\"runtime\":\"python\",\"code\":\"%s\"}";

    private static byte[] withCode(String latin1) {
        return PROGRAM.formatted(latin1).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void isRefused(byte[] json) {
        assertThatThrownBy(() -> SubmissionReader.read(json, new Requester("id", "tenant"))).isInstanceOf(RejectedException.class).hasMessageContaining("byte");
        assertThatThrownBy(() -> AsyncSubmission.read(json, "id", "tenant")).isInstanceOf(RejectedException.class).hasMessageContaining("byte");
        assertThatThrownBy(() -> SubmissionReader.readInteractive(json, new Requester("id", "tenant"), System.in, Duration.ofMinutes(5))).isInstanceOf(RejectedException.class).hasMessageContaining("byte");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\ud800", "\\udc00", "\\uD83D", "\\ud83d\\ud83d\\ude00", "\\ude00\\ud83d", "\\ud83dx\\ude00", "a\\\\\\ud800"})
    void halfOfASurrogatePairIsRefused(String code) {
        isRefused(withCode(code));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00c0\u00af", "\u00c1\u0081", "\u00e0\u0080\u00af", "\u00f0\u0080\u0080\u00af", "\u00ed\u00a0\u0080", "\u00f5\u0080\u0080\u0080", "\u0080", "\u00c3"})
    void bytesThatAreNoUtf8AreRefused(String code) {
        isRefused(withCode(code));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
    void otherEncodingIsRefused(String charset) {
        isRefused(PROGRAM.formatted("1").getBytes(Charset.forName(charset)));
    }

    @Test
    void whatIsTextPasses() throws Exception {
        for (String code : new String[] {"\\ud83d\\ude00", "\u00f0\u009f\u0098\u0080", "\\\\ud800", "\\u00e9", "\u00c3\u00a9", "\\\"\\n", "x".repeat(100_000)}) {
            assertThat(SubmissionReader.read(withCode(code), new Requester("id", "tenant")).runtime()).contains("python");
        }
        assertThat(SubmissionReader.read(PROGRAM.formatted("é".repeat(20_000)).getBytes(StandardCharsets.UTF_8), new Requester("id", "tenant")).runtime()).contains("python");
    }
}
