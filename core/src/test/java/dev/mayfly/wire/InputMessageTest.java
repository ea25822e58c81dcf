package dev.mayfly.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a client may send while its program runs, and what it is answered for anything else.
class InputMessageTest {
    private static InputMessage read(String json) {
        return InputMessage.read(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void inputIsTextOrBytesInWhateverOrderTheFieldsCome() {
        assertThat(read("{\"stdin\": \"\u00e9\"}").stdin()).isEqualTo("\u00e9".getBytes(StandardCharsets.UTF_8));
        assertThat(read("{\"stdin\": \"AP8=\", \"encoding\": \"base64\"}").stdin()).containsExactly(0, 0xFF);
        assertThat(read("{\"encoding\": \"base64\", \"stdin\": \"AP8=\"}").stdin()).containsExactly(0, 0xFF);
        assertThat(read("{\"stdin\": null, \"eof\": true, \"signal\": null}")).satisfies(message -> {
            assertThat(message.stdin()).isEmpty();
            assertThat(message.eof()).isTrue();
            assertThat(message.signal()).isZero();
        });
    }

    @ParameterizedTest
    @CsvSource({"2,2", "'\"SIGINT\"',2", "'\"INT\"',2", "'\"SIGSYS\"',31", "31,31", "1.0,1"})
    void signalHasANameOrANumber(String json, int number) {
        assertThat(read("{\"signal\": %s}".formatted(json)).signal()).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "32", "-1", "1.5", "true", "[]", "\"\"", "\"SIG\"", "\"2\"", "\"int\"", "99999999999999999999"})
    void whatIsNoSignalIsRefused(String json) {
        assertThatThrownBy(() -> read("{\"signal\": %s}".formatted(json))).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith("signal must be");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "1", "{\"colour\": 1}", "{\"eof\": \"yes\"}", "{\"stdin\": 1}", "{\"stdin\": \"%\", \"encoding\": \"base64\"}", "{\"encoding\": \"rot13\"}"})
    void whatDoesNotFitIsRefusedInTheSendersWords(String json) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(IllegalArgumentException.class).extracting(Throwable::getMessage).asString().doesNotContain("dev.mayfly");
    }
}
