package dev.mayfly.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.mayfly.testing.NeedsDocker;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// A sandbox is given up only when the engine says that it is gone; the engine's words here are Docker 20.10's.
@NeedsDocker
class DockerContainerIT {
    private record Answer(int status, String message) {}

    private static void destroy(Deque<Answer> answers) throws Exception {
        HttpServer engine = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        engine.createContext("/", exchange -> {
            Answer answer = answers.remove();
            byte[] body = answer.message().isEmpty() ? new byte[0] : "{\"message\":\"%s\"}".formatted(answer.message()).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        engine.start();
        String host = "tcp://127.0.0.1:" + engine.getAddress().getPort();
        var gone = new AtomicBoolean();
        try (var calls = new EngineCalls(URI.create(host), Duration.ofSeconds(20))) {
            new DockerContainer(calls, "sandbox", OptionalLong.empty(), () -> gone.set(true)).destroy();
        } finally {
            engine.stop(0);
        }
        assertThat(gone).isTrue();
    }

    @Test
    void removalsThatFailedEachOtherAreRepeated() throws Exception {
        Deque<Answer> answers = new ArrayDeque<>(List.of(
                new Answer(500, "Could not kill running container sandbox, cannot remove - Container sandbox is not running"),
                new Answer(409, "removal of container sandbox is already in progress"),
                new Answer(204, "")));
        destroy(answers);
        assertThat(answers).isEmpty();
    }

    @Test
    void sandboxThatIsGoneIsGone() throws Exception {
        Deque<Answer> answers = new ArrayDeque<>(List.of(new Answer(404, "No such container: sandbox")));
        destroy(answers);
        assertThat(answers).isEmpty();
    }
}
