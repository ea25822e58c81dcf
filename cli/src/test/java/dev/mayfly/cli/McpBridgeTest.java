package dev.mayfly.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Lines become requests, and answers become lines.
@Timeout(60)
class McpBridgeTest {
    private static final String META = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}";

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<HttpExchange> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private HttpServer server;
    private McpBridge bridge;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        bridge = bridge(Optional.of("mayfly_key"));
    }

    @AfterEach
    void stop() {
        bridge.close();
        server.stop(0);
    }

    private McpBridge bridge(Optional<String> key) {
        return new McpBridge(URI.create("http://127.0.0.1:" + server.getAddress().getPort()), key, lines::add);
    }

    private void answer(int status, String type, String body) {
        server.createContext("/mcp", exchange -> {
            requests.add(exchange);
            exchange.getResponseHeaders().set("Content-Type", type);
            byte[] bytes = body.getBytes(UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(bytes);
            }
        });
    }

    private String header(int request, String name) {
        return String.valueOf(requests.get(request).getRequestHeaders().getFirst(name));
    }

    @Test
    void versionThatWasAgreedUponGoesWithWhatFollows() {
        answer(200, "application/json", "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"protocolVersion\":\"2025-06-18\"}}");
        bridge.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\"}");
        bridge.awaitAnswers();
        assertThat(header(0, "MCP-Protocol-Version")).isEqualTo("null");
        assertThat(header(0, "Authorization")).isEqualTo("Bearer mayfly_key");
        assertThat(lines).containsExactly("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"protocolVersion\":\"2025-06-18\"}}");
        bridge.send("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/list\"}");
        bridge.awaitAnswers();
        assertThat(header(1, "MCP-Protocol-Version")).isEqualTo("2025-06-18");
    }

    @Test
    void messagesWithoutHandshakeGetTheHeadersThatTheirRevisionHas() {
        answer(200, "application/json", "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
        bridge.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"resources/read\",\"params\":{\"uri\":\"ä\",%s}}".formatted(META));
        bridge.awaitAnswers();
        assertThat(header(0, "MCP-Protocol-Version")).isEqualTo("2026-07-28");
        assertThat(header(0, "Mcp-Method")).isEqualTo("resources/read");
        assertThat(header(0, "Mcp-Name")).isEqualTo("=?base64?w6Q=?=");
    }

    @Test
    void eventsOfAStreamAreLines() {
        answer(200, "text/event-stream", ":alive\n\nevent:message\ndata:{\"n\":1}\n\ndata: {\"n\":2}\n\n");
        bridge.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\"}");
        bridge.awaitAnswers();
        assertThat(lines).containsExactly("{\"n\":1}", "{\"n\":2}");
    }

    @Test
    void refusalGetsTheIdOfItsRequest() {
        answer(401, "application/json", "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32000,\"message\":\"no key\"}}");
        bridge.send("{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"ping\"}");
        bridge.awaitAnswers();
        assertThat(lines).containsExactly("{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"error\":{\"code\":-32000,\"message\":\"no key\"}}");
    }

    @Test
    void notificationsHaveNoAnswer() {
        answer(202, "application/json", "");
        bridge.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
        bridge.awaitAnswers();
        assertThat(requests).hasSize(1);
        assertThat(lines).isEmpty();
    }

    @Test
    void whatDoesNotAnswerAsMayflyDoesIsAnError() {
        answer(502, "text/html", "<html>");
        bridge.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}");
        bridge.awaitAnswers();
        assertThat(lines).singleElement().asString().startsWith("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":").contains("status 502");
    }

    @Test
    void requestThatNobodyTakesIsAnsweredWithWhatToDo() {
        server.stop(0);
        bridge.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}");
        bridge.awaitAnswers();
        assertThat(lines).singleElement().asString().startsWith("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":").contains("./mayfly up");
    }

    @Test
    void lineThatIsNotJsonIsAnError() {
        bridge.send("hello");
        assertThat(lines).singleElement().asString().contains("-32700");
    }

    @Test
    void cancelledRequestLosesItsConnectionAndHasNoAnswer() throws Exception {
        server.createContext("/mcp", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            arrived.countDown();
            try (OutputStream out = exchange.getResponseBody()) {
                while (true) {
                    out.write(":alive\n\n".getBytes(UTF_8));
                }
            } catch (IOException e) {
                closed.countDown();
            }
        });
        bridge.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\"}");
        arrived.await();
        bridge.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":1}}");
        bridge.awaitAnswers();
        closed.await();
        assertThat(lines).isEmpty();
    }
}
