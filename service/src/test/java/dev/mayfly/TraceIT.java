package dev.mayfly;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.mayfly.testing.BulkClient;
import dev.mayfly.testing.KafkaBroker;
import dev.mayfly.testing.NeedsDocker;
import dev.mayfly.testing.NeedsKafka;
import dev.mayfly.testing.ServiceProcess;
import dev.mayfly.testing.SocketClient;
import dev.mayfly.testing.SpanReceiver;
import dev.mayfly.testing.SpanReceiver.Received;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// One trace leads from the sender through door, queue, lease, run and drain to the receiver of the outcome. A collector
/// of OpenTelemetry receives it.
@NeedsDocker
@NeedsKafka
class TraceIT {
    private static final String PROGRAM = "{\"runtime\": \"python\", \"code\": \"print(6*7)\"}";
    private static final String SENDER = "00f067aa0ba902b7";
    private static final String STATE = "vendor=opaque";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static SpanReceiver receiver;
    private static KafkaBroker broker;
    private static ServiceProcess service;

    private final String trace = UUID.randomUUID().toString().replace("-", "");

    @BeforeAll
    static void start() throws Exception {
        receiver = new SpanReceiver();
        broker = new KafkaBroker().awaitReady();
        service = new ServiceProcess("test-trace", ServiceProcess.lockFolder(), Map.of(
                        "QUARKUS_OTEL_SDK_DISABLED", "false", "QUARKUS_OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url().toString(), "QUARKUS_OTEL_BSP_SCHEDULE_DELAY", "200ms",
                        "MAYFLY_KAFKA_ENABLED", "true", "KAFKA_BOOTSTRAP_SERVERS", broker.address(), "MAYFLY_KAFKA_TOPIC_PREFIX", "trace", "MAYFLY_KAFKA_PARTITIONS", "2",
                        "MAYFLY_WEBHOOK_ALLOWED_NETWORKS", "127.0.0.0/8"))
                .awaitReady();
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
        broker.close();
        receiver.close();
    }

    private String parent() {
        return "00-%s-%s-01".formatted(trace, SENDER);
    }

    private Received span(String name) {
        return receiver.ofTrace(trace).stream().filter(span -> span.name().equals(name)).findFirst().orElseThrow(() -> new AssertionError("no span " + name + " in " + receiver.ofTrace(trace)));
    }

    /// The door's span is the sender's child, the execution is the door's, and its phases are its own.
    private Received assertWholeTrace(SpanKind kind) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(receiver.ofTrace(trace)).extracting(Received::name).contains("execution", "queue", "lease", "run", "drain").hasSizeGreaterThan(5));
        Received door = receiver.ofTrace(trace).stream().filter(span -> span.parent().equals(SENDER)).findFirst().orElseThrow();
        Received execution = span("execution");
        assertThat(door.kind()).isEqualTo(kind);
        assertThat(execution.parent()).isEqualTo(door.id());
        assertThat(execution.attributes()).containsEntry("mayfly.outcome", "Exited").containsEntry("mayfly.tenant", "default").containsEntry("mayfly.engine", "docker");
        assertThat(execution.attributes().get("mayfly.runtime")).startsWith("python:");
        for (String phase : List.of("queue", "lease", "run", "drain")) {
            assertThat(span(phase).parent()).isEqualTo(execution.id());
            assertThat(span(phase).begin()).isBetween(execution.begin(), span(phase).end());
            assertThat(span(phase).end()).isBetween(span(phase).begin(), execution.end());
        }
        assertThat(span("run").begin()).isAfterOrEqualTo(span("lease").end());
        return execution;
    }

    @Test
    void awaitedRequest() throws Exception {
        HttpResponse<String> answer = service.post("/v1/executions", PROGRAM, "traceparent", parent());
        String id = new ObjectMapper().readTree(answer.body()).path("id").asText();
        assertThat(assertWholeTrace(SpanKind.SPAN_KIND_SERVER).attributes()).containsEntry("mayfly.execution.id", id);
    }

    @Test
    void streamedRequest() throws Exception {
        assertThat(service.post("/v1/executions", PROGRAM, "traceparent", parent(), "Accept", "text/event-stream").body()).contains("event:outcome");
        assertWholeTrace(SpanKind.SPAN_KIND_SERVER);
    }

    @Test
    void webhookOfAnAsynchronousOneCarriesIt() throws Exception {
        Queue<Map<String, List<String>>> received = new ConcurrentLinkedQueue<>();
        HttpServer hook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        hook.createContext("/", exchange -> {
            received.add(Map.copyOf(exchange.getRequestHeaders()));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        hook.start();
        try {
            service.post("/v1/webhooks/secrets", "{}");
            String json = PROGRAM.replace("}", ", \"webhook\": {\"url\": \"http://127.0.0.1:%d/\"}}".formatted(hook.getAddress().getPort()));
            assertThat(service.post("/v1/executions", json, "traceparent", parent(), "tracestate", STATE, "Prefer", "respond-async").statusCode()).isEqualTo(202);
            assertWholeTrace(SpanKind.SPAN_KIND_SERVER);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(received).singleElement().satisfies(headers -> {
                assertThat(headers.get("Traceparent")).singleElement().asString().startsWith("00-" + trace);
                assertThat(headers.get("Tracestate")).containsExactly(STATE);
            }));
        } finally {
            hook.stop(0);
        }
    }

    @Test
    void outcomeOfARecordCarriesIt() throws Exception {
        try (var client = new BulkClient(broker, "trace")) {
            client.awaitTopics();
            client.send("one", PROGRAM.replace("{", "{\"id\": \"one\", ").getBytes(UTF_8), Map.of("traceparent", parent(), "tracestate", STATE));
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(client.results("one")).singleElement().satisfies(outcome -> {
                assertThat(outcome.headers().get("traceparent")).startsWith("00-" + trace).doesNotContain(SENDER);
                assertThat(outcome.headers()).containsEntry("tracestate", STATE);
            }));
            assertWholeTrace(SpanKind.SPAN_KIND_CONSUMER);
        }
    }

    /// Also through the partition where it does not belong, and into a dead letter.
    @Test
    void recordThatMovesKeepsItsHeaders() throws Exception {
        try (var client = new BulkClient(broker, "trace")) {
            client.awaitTopics();
            for (int number = 0; number < 8; number++) {
                String id = "moved-" + number;
                client.send("some key", "{\"id\": \"%s\", \"runtime\": \"cobol\", \"code\": \"\"}".formatted(id).getBytes(UTF_8), Map.of("traceparent", parent()));
            }
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(client.deadLetters("moved-0").size() + client.deadLetters("moved-1").size() + client.deadLetters("moved-2").size()).isPositive();
                assertThat(client.deadLetters("some key")).isNotEmpty();
            });
            for (String key : List.of("moved-0", "moved-1", "moved-2", "some key")) {
                assertThat(client.deadLetters(key)).allSatisfy(letter -> assertThat(letter.headers().get("traceparent")).startsWith("00-" + trace));
            }
        }
    }

    /// Both records of one key are one execution, whichever partitions they were sent to.
    @Test
    void recordThatMovesKeepsItsIdempotencyKey() throws Exception {
        try (var client = new BulkClient(broker, "trace")) {
            client.awaitTopics();
            for (int number = 0; number < 4; number++) {
                String json = "{\"id\": \"keyed-%d\", \"runtime\": \"python\", \"code\": \"import uuid; print(uuid.uuid4())\"}".formatted(number);
                client.send("some other key", json.getBytes(UTF_8), Map.of("Idempotency-Key", "one-for-all"));
            }
            await().atMost(PATIENCE).untilAsserted(() -> {
                for (int number = 0; number < 4; number++) {
                    assertThat(client.results("keyed-" + number)).hasSize(1);
                }
            });
            assertThat(client.results("keyed-0").getFirst().json().path("stdout").asText()).isNotEmpty()
                    .isEqualTo(client.results("keyed-1").getFirst().json().path("stdout").asText())
                    .isEqualTo(client.results("keyed-2").getFirst().json().path("stdout").asText())
                    .isEqualTo(client.results("keyed-3").getFirst().json().path("stdout").asText());
        }
    }

    @Test
    void socketsProgram() throws Exception {
        try (var client = new SocketClient(service.url(), Map.of("traceparent", parent()))) {
            client.send(PROGRAM);
            assertThat(client.closeCode()).isEqualTo(1000);
        }
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(receiver.ofTrace(trace)).extracting(Received::name).contains("execution", "run"));
    }

    @Test
    void machinesQuestionsAreNotTraced() throws Exception {
        service.get("/health/ready");
        service.get("/metrics");
        service.post("/v1/executions", PROGRAM, "traceparent", parent());
        assertWholeTrace(SpanKind.SPAN_KIND_SERVER);
        assertThat(receiver.all()).noneMatch(span -> span.name().contains("/health") || span.name().contains("/metrics"));
    }
}
