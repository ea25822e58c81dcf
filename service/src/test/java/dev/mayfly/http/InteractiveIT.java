package dev.mayfly.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mayfly.access.AccessFile;
import dev.mayfly.access.ApiKey;
import dev.mayfly.access.Scope;
import dev.mayfly.testing.NeedsDocker;
import dev.mayfly.testing.RawClient;
import dev.mayfly.testing.ServiceProcess;
import dev.mayfly.testing.SocketClient;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.java_websocket.enums.Opcode;
import org.java_websocket.framing.TextFrame;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The interactive door of the service as it is shipped: what it counts, what it refuses and with which code, and what
/// runs on.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@NeedsDocker
class InteractiveIT {
    private static final int MOST_SOCKETS = 40;
    private static final String ECHO = """
            {"runtime": "python", "code": "import sys\\nfor line in sys.stdin.buffer: print(line.strip())", "limits": {"wallTimeMs": 120000}}""";

    private ServiceProcess service;

    @BeforeAll
    void start() throws Exception {
        Path folder = ServiceProcess.lockFolder();
        service = new ServiceProcess("test-interactive", folder, Map.of(
                "MAYFLY_SOCKET_MAX_PER_TENANT", String.valueOf(MOST_SOCKETS), "MAYFLY_SOCKET_MAX_PER_ADDRESS", String.valueOf(MOST_SOCKETS + 1),
                "QUARKUS_WEBSOCKETS_NEXT_SERVER_AUTO_PING_INTERVAL", "1S", "MAYFLY_SOCKET_MAX_IDLE", "15S")).awaitReady();
    }

    @AfterAll
    void stop() throws Exception {
        service.close();
    }

    @AfterEach
    void nothingIsLeasedAndNothingOfOursFailed() throws Exception {
        await().atMost(Duration.ofSeconds(60)).until(() -> metrics().lines().anyMatch(line -> line.endsWith("sandbox_pool_leased 0.0")));
        // of the framework's start
        assertThat(service.log().lines().filter(line -> line.contains(" ERROR ") && !line.contains("Deployment]"))).isEmpty();
    }

    private String metrics() throws Exception {
        return service.get("/metrics").body();
    }

    private SocketClient socket() throws Exception {
        return new SocketClient(service.url());
    }

    /// One whose program prints each line of its input as Python shows bytes.
    private SocketClient echo() throws Exception {
        SocketClient socket = socket().send(ECHO);
        socket.next("started");
        return socket;
    }

    @Test
    void manyLargeMessagesAtOnceAreTakenOrPutOff() throws Exception {
        String message = "{\"runtime\": \"python\", \"code\": \"print('whole')\", \"files\": [{\"path\": \"data\", \"content\": \"%s\"}]}".formatted("x".repeat(30 << 20));
        List<SocketClient> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 24; i++) {
                sockets.add(socket());
            }
            sockets.forEach(socket -> Thread.startVirtualThread(() -> socket.send(message)));
            List<String> ends = new ArrayList<>();
            for (SocketClient socket : sockets) {
                String end = socket.next().path("event").asText();
                ends.add(end);
                assertThat(socket.closeCode()).isEqualTo(end.equals("rejected") ? 1013 : 1000);
            }
            // then each has its answer, and one at least was run
            assertThat(ends).contains("started").isSubsetOf("started", "rejected");
            assertThat(service.isAlive()).isTrue();
        } finally {
            sockets.forEach(SocketClient::close);
        }
    }

    @Test
    void socketsOfATenantAreBounded() throws Exception {
        List<SocketClient> open = new ArrayList<>();
        try {
            for (int i = 0; i < MOST_SOCKETS; i++) {
                open.add(socket());
            }
            try (SocketClient next = socket()) {
                assertThat(next.next("rejected").path("problem").asText()).isEqualTo("quota-exceeded");
                assertThat(next.closeCode()).isEqualTo(1013);
            }
            open.removeLast().close();
            await().atMost(Duration.ofSeconds(30)).ignoreExceptions().untilAsserted(() -> {
                try (SocketClient next = socket()) {
                    next.send("{\"runtime\": \"python\", \"code\": \"1\"}");
                    next.next("outcome");
                }
            });
        } finally {
            open.forEach(SocketClient::close);
        }
    }

    @Test
    void silentConnectionIsPinged() throws Exception {
        try (SocketClient socket = socket()) {
            await().atMost(Duration.ofSeconds(30)).until(() -> socket.pings() >= 2);
        }
    }

    @Test
    void bytesAreTakenAsJson() throws Exception {
        try (SocketClient socket = socket()) {
            socket.raw().send("{\"runtime\": \"python\", \"code\": \"print(input())\"}".getBytes(StandardCharsets.UTF_8));
            socket.next("started");
            socket.raw().send("{\"stdin\": \"é\\n\"}".getBytes(StandardCharsets.UTF_8));
            assertThat(socket.outputUntil("\n")).isEqualTo("é\n");
            assertThat(socket.next("outcome").path("outcome").path("exitCode").asInt(-1)).isZero();
            assertThat(socket.closeCode()).isEqualTo(1000);
        }
    }

    @Test
    void messageInManyFramesIsOne() throws Exception {
        try (SocketClient socket = socket()) {
            socket.raw().sendFragmentedFrame(Opcode.TEXT, ByteBuffer.allocate(0), false);
            for (String part : List.of("{\"runtime\": \"python\", ", "\"code\": \"print(", "6*7)\"}")) {
                socket.raw().sendFragmentedFrame(Opcode.TEXT, ByteBuffer.wrap(part.getBytes(StandardCharsets.UTF_8)), part.endsWith("}"));
            }
            assertThat(socket.outputUntil("\n")).isEqualTo("42\n");
        }
    }

    @Test
    void whatIsNotUtf8ClosesWith1007() throws Exception {
        byte[] broken = {'"', (byte) 0xC3, 0x28, '"'};
        try (SocketClient socket = echo()) {
            var frame = new TextFrame();
            frame.setPayload(ByteBuffer.wrap(broken));
            socket.raw().sendFrame(frame);
            assertThat(socket.closeCode()).isEqualTo(1007);
        }
        try (SocketClient socket = echo()) {
            socket.raw().send(broken);
            assertThat(socket.closeCode()).isEqualTo(1007);
        }
    }

    /// What a server sends last: two bytes of head, two of the code, the reason.
    @ParameterizedTest
    @CsvSource({"1002, 83 80 00 00 00 00", "1002, 81 01 41", "1007, 81 82 00 00 00 00 C3 28"})
    void whatBreaksTheProtocolIsClosedOnceWithItsCode(int code, String frame) throws Exception {
        try (var client = new RawClient(service.url(), Duration.ofSeconds(60))) {
            client.send(RawClient.WEBSOCKET_REQUEST);
            assertThat(client.readHead()).startsWith("HTTP/1.1 101");
            client.send(HexFormat.ofDelimiter(" ").parseHex(frame));
            String last = client.readAll();
            assertThat(last.charAt(0)).isEqualTo('\u0088');
            assertThat(last.charAt(2) << 8 | last.charAt(3)).isEqualTo(code);
            assertThat(last).hasSize(2 + last.charAt(1));
        }
    }

    @Test
    void messageThatIsTooLargeClosesWith1009() throws Exception {
        try (SocketClient socket = socket()) {
            Thread.startVirtualThread(() -> socket.send("x".repeat((32 << 20) + 1)));
            assertThat(socket.next("rejected").path("problem").asText()).isEqualTo("message-too-large");
            assertThat(socket.closeCode()).isEqualTo(1009);
        }
    }

    @Test
    void badMessageIsAnsweredAndTheProgramRunsOn() throws Exception {
        try (SocketClient socket = echo()) {
            for (String bad : List.of("{", "[]", "{\"colour\": 1}", "{\"signal\": 0}", "{\"signal\": 64}", "{\"signal\": \"SIGWHAT\"}", "{\"signal\": 1.5}", "{\"signal\": true}", "{\"eof\": 1}", "{\"stdin\": 7}", "{\"stdin\": \"%\", \"encoding\": \"base64\"}",
                    "{\"stdin\": \"x\", \"encoding\": \"rot13\"}")) {
                socket.send(bad);
                assertThat(socket.next("error").path("problem").asText()).as(bad).isEqualTo("invalid-message");
            }
            socket.send("{\"signal\": \"SIGWHAT\"}");
            assertThat(socket.next("error").path("detail").asText()).contains("got SIGWHAT").doesNotContain("dev.mayfly");
            socket.send("{\"stdin\": \"still here\\n\", \"eof\": true}");
            assertThat(socket.outputUntil("\n")).isEqualTo("b'still here'\n");
            assertThat(socket.next("outcome").path("outcome").path("kind").asText()).isEqualTo("exited");
        }
    }

    @Test
    void badSubmissionIsRejectedWith1008() throws Exception {
        try (SocketClient socket = socket().send("{\"runtime\": \"cobol\", \"code\": \"1\"}")) {
            assertThat(socket.next("rejected").path("problem").asText()).isEqualTo("unknown-runtime");
            assertThat(socket.closeCode()).isEqualTo(1008);
        }
    }

    @Test
    void inputMayBeAnyBytes() throws Exception {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        try (SocketClient socket = socket().send("{\"runtime\": \"python\", \"code\": \"import sys; print(sys.stdin.buffer.read() == bytes(range(256)))\"}")) {
            socket.send("{\"stdin\": \"%s\", \"encoding\": \"base64\", \"eof\": true}".formatted(Base64.getEncoder().encodeToString(all)));
            assertThat(socket.outputUntil("\n")).isEqualTo("True\n");
        }
    }

    @Test
    void signalsHaveNamesAndNumbers() throws Exception {
        for (String signal : List.of("\"SIGINT\"", "\"INT\"", "2")) {
            try (SocketClient socket = socket().send("{\"runtime\": \"python\", \"code\": \"import time\\nprint('ready')\\ntime.sleep(60)\", \"limits\": {\"wallTimeMs\": 120000}}")) {
                socket.outputUntil("ready");
                socket.send("{\"signal\": %s}".formatted(signal));
                assertThat(socket.next("outcome").path("outcome").path("signal").asText()).as(signal).isEqualTo("SIGINT");
            }
        }
    }

    @Test
    void inputThatNobodyReadsHoldsUpNoSignal() throws Exception {
        try (SocketClient socket = socket().send("{\"runtime\": \"python\", \"code\": \"import time\\nprint('ready')\\ntime.sleep(60)\", \"limits\": {\"wallTimeMs\": 120000}}")) {
            socket.outputUntil("ready");
            for (int i = 0; i < 12; i++) { // as much as the sandbox takes ahead, and some
                socket.send("{\"stdin\": \"%s\"}".formatted("x".repeat(24 << 10)));
            }
            socket.send("{\"signal\": \"INT\"}");
            assertThat(socket.next("outcome").path("outcome").path("signal").asText()).isEqualTo("SIGINT");
        }
    }

    @Test
    void clientThatLeavesWithInputUnreadEndsItsProgram() throws Exception {
        SocketClient socket = socket().send("{\"runtime\": \"python\", \"code\": \"import time\\nprint('ready')\\ntime.sleep(300)\", \"limits\": {\"wallTimeMs\": 300000}}");
        socket.outputUntil("ready");
        for (int i = 0; i < 64; i++) {
            socket.send("{\"stdin\": \"%s\"}".formatted("x".repeat(24 << 10)));
        }
        socket.raw().getSocket().close();
        await().atMost(Duration.ofSeconds(60)).until(() -> metrics().lines().anyMatch(line -> line.endsWith("sandbox_pool_leased 0.0")));
    }

    @Test
    void programHasATerminalWhereTheFirstMessageAsksForOne() throws Exception {
        try (SocketClient socket = socket().send("""
                {"runtime": "python", "tty": {"rows": 30, "cols": 100}, "code": "import os\\nprint(os.isatty(0), *os.get_terminal_size(), os.environ['TERM'])\\ninput('more? ')\\nprint(*os.get_terminal_size())"}""")) {
            assertThat(socket.outputUntil("more? ")).startsWith("True 100 30 xterm-256color\r\n");
            socket.send("{\"resize\": {\"rows\": 0, \"cols\": 80}}");
            assertThat(socket.next("error").path("detail").asText()).startsWith("resize.rows must be between 1 and");
            socket.send("{\"resize\": {\"rows\": 40, \"cols\": 120}, \"stdin\": \"yes\\r\"}");
            assertThat(socket.outputUntil("120 40")).contains("yes\r\n120 40");
            JsonNode outcome = socket.next("outcome");
            assertThat(outcome.path("outcome").path("exitCode").asInt(-1)).isZero();
            assertThat(outcome.path("sandbox").path("coldReason").asText()).contains("terminal");
            assertThat(outcome.path("sandbox").path("limits").path("wallTimeMs").asInt()).isEqualTo(300_000);
            assertThat(outcome.path("stderrBytes").asInt(-1)).isZero();
        }
    }

    @Test
    void terminalWhereNothingHappensEndsAndOneWithOutputDoesNot() throws Exception {
        try (SocketClient silent = socket().send("{\"runtime\": \"bash\", \"tty\": {\"rows\": 24, \"cols\": 80}, \"code\": \"sleep 200\"}");
                SocketClient busy = socket().send("{\"runtime\": \"bash\", \"tty\": {\"rows\": 24, \"cols\": 80}, \"code\": \"for i in {1..50}; do echo $i; sleep 0.4; done\"}")) {
            assertThat(silent.next("outcome").path("outcome").path("clock").asText()).isEqualTo("idle_time");
            assertThat(busy.next("outcome").path("outcome").path("kind").asText()).isEqualTo("exited");
        }
    }

    @Test
    void terminalIsRefusedWhereThereIsNone() throws Exception {
        String body = "{\"runtime\": \"python\", \"code\": \"1\", \"tty\": {\"rows\": 24, \"cols\": 80}}";
        assertThat(service.execute(body)).satisfies(answer -> {
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("\"field\":\"tty\"", "/v1/executions/interactive");
        });
        for (String wrong : List.of("true", "{}", "{\"rows\": 24}", "{\"rows\": 0, \"cols\": 80}", "{\"rows\": 1.5, \"cols\": 80}", "{\"rows\": 24, \"cols\": 80, \"x\": 1}", "{\"rows\": 24, \"cols\": 10001}")) {
            try (SocketClient socket = socket().send("{\"runtime\": \"python\", \"code\": \"1\", \"tty\": %s}".formatted(wrong))) {
                assertThat(socket.next("rejected").path("detail").asText()).as(wrong).startsWith("tty");
            }
        }
        try (SocketClient socket = echo()) {
            socket.send("{\"resize\": {\"rows\": 24, \"cols\": 80}}");
            assertThat(socket.next("error").path("detail").asText()).contains("no terminal");
        }
    }

    @Test
    void revokedKeyEndsTheConnectionAtTheNextMessage() throws Exception {
        Path folder = ServiceProcess.lockFolder();
        var access = new AccessFile(folder.resolve("access.json"));
        ApiKey.Created key = access.create("acme", Set.of(Scope.EXECUTE), Optional.empty());
        try (var closed = new ServiceProcess("test-interactive-keys", folder).awaitReady();
                var socket = new SocketClient(closed.url(), Map.of("Authorization", "Bearer " + key.token()))) {
            socket.send(ECHO).send("{\"stdin\": \"before\\n\"}");
            assertThat(socket.outputUntil("\n")).isEqualTo("b'before'\n");
            access.revoke(key.key().id());
            socket.send("{\"stdin\": \"after\\n\"}");
            assertThat(socket.closeCode()).isEqualTo(1008);
        }
    }
}
