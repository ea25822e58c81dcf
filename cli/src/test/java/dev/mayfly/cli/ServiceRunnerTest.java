package dev.mayfly.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.mayfly.sandbox.OutputChunk;
import dev.mayfly.wire.SubmissionRequest;
import dev.mayfly.wire.SubmissionRequestBuilder;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.java_websocket.WebSocket;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.WebSocketServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ServiceRunnerTest {
    private static final Optional<String> NO_KEY = Optional.empty();
    private static final SubmissionRequest PROGRAM = SubmissionRequestBuilder.builder().runtime("python").code("print(1)").args(List.of("a\"b")).env(Map.of()).build();

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    /// Answers what comes in by `answers`; reads nothing further while they run.
    private URI service(BiConsumer<WebSocket, String> answers) throws InterruptedException {
        var started = new CountDownLatch(1);
        var server = new WebSocketServer(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1) {
            @Override
            public void onStart() {
                started.countDown();
            }

            @Override
            public void onOpen(WebSocket client, ClientHandshake handshake) {
                assertThat(handshake.getResourceDescriptor()).isEqualTo("/v1/executions/interactive");
            }

            @Override
            public void onMessage(WebSocket client, String message) {
                answers.accept(client, message);
            }

            @Override
            public void onClose(WebSocket client, int code, String reason, boolean remote) {}

            @Override
            public void onError(WebSocket client, Exception failure) {}
        };
        server.setReuseAddr(true);
        server.start();
        open.add(() -> server.stop(100));
        started.await();
        return URI.create("http://127.0.0.1:" + server.getPort());
    }

    private static RunResult run(URI service, InputStream stdin, Runner.Output output) throws InterruptedException {
        return ServiceRunner.connect(service, NO_KEY).orElseThrow().run(PROGRAM, Optional.empty(), stdin, output);
    }

    private static InputStream nothing() {
        return new ByteArrayInputStream(new byte[0]);
    }

    @Test
    void eventsAreWrittenOutAndWhatALaterServiceAddsIsKept() throws Exception {
        var messages = new LinkedBlockingQueue<String>();
        URI service = service((client, message) -> {
            messages.add(message);
            if (message.equals("{\"eof\":true}")) {
                client.send("{\"event\":\"started\",\"data\":{}}");
                client.send("{\"event\":\"stdout\",\"data\":{\"seq\":1,\"atMs\":0.5,\"data\":\"\u00e9\\n\",\"encoding\":\"utf-8\"}}");
                client.send("{\"event\":\"stderr\",\"data\":{\"data\":\"/w==\",\"encoding\":\"base64\"}}");
                client.send("{\"event\":\"weather\",\"data\":\"fine\"}");
                client.send("{\"event\":\"outcome\",\"data\":{\"outcome\":{\"kind\":\"exited\",\"exitCode\":3},\"mood\":{\"of\":[1,2.5]}}}");
                client.close();
            }
        });
        var written = new ArrayList<String>();
        RunResult result = run(service, new ByteArrayInputStream("typed".getBytes(UTF_8)), (stream, bytes) ->
                written.add(stream + (stream == OutputChunk.Stream.STDOUT ? new String(bytes, UTF_8) : String.valueOf(bytes[0]))));
        assertThat(written).containsExactly("STDOUT\u00e9\n", "STDERR-1");
        assertThat(PlainJson.write(result.fields())).isEqualTo("{\"outcome\":{\"kind\":\"exited\",\"exitCode\":3},\"mood\":{\"of\":[1,2.5]}}");
        assertThat(PlainJson.read(messages.remove())).isEqualTo(Map.of("runtime", "python", "code", "print(1)", "args", List.of("a\"b"), "env", Map.of()));
        assertThat(messages).containsExactly("{\"stdin\":\"dHlwZWQ=\",\"encoding\":\"base64\"}", "{\"eof\":true}");
    }

    @Test
    void inputWaitsForAServiceThatDoesNotTakeIt() throws Exception {
        var release = new CompletableFuture<Void>();
        URI service = service((client, message) -> {
            release.join();
            if (message.equals("{\"eof\":true}")) {
                client.send("{\"event\":\"outcome\",\"data\":{}}");
            }
        });
        int total = 64 << 20;
        var read = new AtomicLong();
        InputStream stdin = new InputStream() {
            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                return read.getAndAdd(length) >= total ? -1 : length;
            }
        };
        CompletableFuture<RunResult> running = CompletableFuture.supplyAsync(() -> {
            try {
                return run(service, stdin, (stream, bytes) -> {});
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        var before = new AtomicLong();
        await().pollInterval(Duration.ofMillis(500)).atMost(Duration.ofSeconds(50)).until(() -> read.get() > 0 && before.getAndSet(read.get()) == read.get());
        assertThat(read.get()).isLessThan(total / 2);
        release.complete(null);
        running.join();
        assertThat(read.get()).isGreaterThanOrEqualTo(total);
    }

    @Test
    void connectionThatBreaksIsOurFault() throws Exception {
        URI service = service((client, message) -> client.closeConnection(1006, "gone"));
        assertThatThrownBy(() -> run(service, nothing(), (stream, bytes) -> {}))
                .isInstanceOfSatisfying(CliException.class, thrown -> assertThat(thrown.exitCode()).isEqualTo(CliException.OUR_FAULT))
                .hasMessageStartingWith("the connection to the service broke: ");
    }

    @Test
    void errorWhileAnEventIsTakenEndsTheRun() throws Exception {
        URI service = service((client, message) -> client.send("{\"event\":\"stdout\",\"data\":{\"data\":\"x\",\"encoding\":\"utf-8\"}}"));
        assertThatThrownBy(() -> run(service, nothing(), (stream, bytes) -> {
            throw new OutOfMemoryError("of a test");
        })).isInstanceOf(CliException.class).hasMessageContaining("of a test");
    }

    @Test
    void allThatCameIsWrittenOutWhileInputIsStillSent() throws Exception {
        URI service = service((client, message) -> {
            if (!message.contains("print(1)")) {
                return;
            }
            for (int i = 0; i < 500; i++) {
                client.send("{\"event\":\"stdout\",\"data\":{\"data\":\"line\",\"encoding\":\"utf-8\"}}");
            }
            client.send("{\"event\":\"outcome\",\"data\":{\"outcome\":{\"kind\":\"exited\",\"exitCode\":4}}}");
            client.close();
        });
        var lines = new AtomicLong();
        RunResult result = run(service, new ByteArrayInputStream(new byte[1 << 20]), (stream, bytes) -> lines.incrementAndGet());
        assertThat(lines).hasValue(500);
        assertThat(result.part("outcome").number("exitCode", -1)).isEqualTo(4);
    }

    @Test
    void rejectionOfTheSubmissionIsReported() throws Exception {
        URI service = service((client, message) -> client.send("{\"event\":\"rejected\",\"data\":{\"problem\":\"unknown-runtime\",\"detail\":\"no cobol\"}}"));
        assertThatThrownBy(() -> run(service, nothing(), (stream, bytes) -> {}))
                .isInstanceOfSatisfying(CliException.class, thrown -> assertThat(thrown.exitCode()).isEqualTo(CliException.WRONG_USE))
                .hasMessage("no cobol");
    }

    @ParameterizedTest
    @CsvSource({"401, 2, asks for a valid API key", "403, 2, needs the scope execute", "404, 125, does not answer as Mayfly does", "200, 125, does not answer as Mayfly does"})
    void whatAnswersOtherwiseIsReported(int status, int exitCode, String message) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            assertThat(exchange.getRequestHeaders().getFirst("Authorization")).isEqualTo("Bearer key");
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
        open.add(() -> server.stop(0));
        URI service = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        assertThatThrownBy(() -> ServiceRunner.connect(service, Optional.of("key")))
                .isInstanceOfSatisfying(CliException.class, thrown -> assertThat(thrown.exitCode()).isEqualTo(exitCode))
                .hasMessageContaining(message);
    }

    @Test
    void nothingThatListensIsNoError() throws Exception {
        int port;
        try (var reserved = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = reserved.getLocalPort();
        }
        assertThat(ServiceRunner.connect(URI.create("http://127.0.0.1:" + port), NO_KEY)).isEmpty();
    }
}
