package dev.mayfly.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.sandbox.Hardening;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What both sides of the protocol must know alike: in the agent's headers and in Java.
class AgentHeadersTest {
    private static final Path FRAMES = Path.of("runtimes/agent/frame.h");
    private static final Path AGENT = Path.of("runtimes/agent/agent.h");

    private static String number(Path file, String name) throws IOException {
        return Pattern.compile("\\b" + name + " = ([^,}]+?)\\s*[,}]").matcher(Files.readString(file)).results().map(found -> found.group(1)).collect(Collectors.joining(" and "));
    }

    @Test
    void frameTypesHaveTheSameLetters() throws IOException {
        Map<String, Character> inC = Pattern.compile("FRAME_([A-Z_]+) = '(.)'").matcher(Files.readString(FRAMES)).results()
                .collect(Collectors.toMap(found -> found.group(1), (MatchResult found) -> found.group(2).charAt(0)));
        assertThat(Arrays.stream(FrameType.values()).collect(Collectors.toMap(Enum::name, type -> (char) type.code))).isEqualTo(inC);
    }

    @Test
    void boundsAndVersionAreTheSame() throws IOException {
        assertThat(number(FRAMES, "FRAME_MAX_PAYLOAD")).isEqualTo("1 << 20");
        assertThat(Frame.MAX_PAYLOAD_BYTES).isEqualTo(1 << 20);
        assertThat(number(FRAMES, "PROTOCOL_VERSION")).isEqualTo(String.valueOf(FrameWriter.PROTOCOL_VERSION));
        assertThat(number(AGENT, "SANDBOX_UID")).isEqualTo(String.valueOf(Hardening.PROGRAM_USER));
    }

    /// Each is built into a program of its own, in an image of its own.
    @ParameterizedTest
    @ValueSource(strings = {"runtimes/python/interpreter.c CONTROL_FD", "runtimes/node/waiting.c CONTROL_FD", "runtimes/keeper/descriptors.c CONTROL"})
    void controlSocketIsAtOneNumber(String place) throws IOException {
        String[] words = place.split(" ", -1);
        assertThat(number(Path.of(words[0]), words[1])).isEqualTo(number(AGENT, "CONTROL_FD"));
    }
}
