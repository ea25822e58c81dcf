package dev.mayfly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.testing.DockerCommand;
import dev.mayfly.testing.NeedsDocker;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.ServiceClient;
import dev.mayfly.testing.Stack;
import dev.mayfly.testing.TakesLong;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/// The stack of `deploy/compose.yaml`, started by one command: every part works with the others, it is upgraded without a
/// failed request, survives the loss of a replica and of the database, and leaves nothing.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@NeedsDocker
@NeedsRoot
@TakesLong
class StackIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PROGRAM = "{\"runtime\": \"python\", \"code\": \"print(%d)\"}";
    private static final String SLOW = "{\"runtime\": \"python\", \"code\": \"import time; time.sleep(8); print(%d)\"}";
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int REPLICAS = 2;

    private Stack stack;
    private ServiceClient client;

    /// A delay above the usual 3 s, for a machine that may be slow.
    @BeforeAll
    void up() throws Exception {
        stack = new Stack("mayfly-test", List.of("MAYFLY_SHUTDOWN_DELAY=10S", "MAYFLY_ASYNC_SLOTS=4", "MAYFLY_HTTP_MAX_CONNECTIONS_PER_ADDRESS=4096"));
        stack.stack("up", String.valueOf(REPLICAS));
        client = stack.client(stack.stack("keys", "create", "--tenant", "acme", "--scope", "execute,read,admin").strip());
        await().atMost(PATIENCE).until(() -> client.execute(PROGRAM.formatted(0)).statusCode() == 200);
    }

    @AfterAll
    void down() throws Exception {
        client.close();
        stack.close();
        assertThat(stack.remains()).isEmpty();
        assertThat(stack.secrets()).doesNotExist();
    }

    @Test
    @Order(1)
    void replicasExecuteBehindTheProxyAndShareTheStore() throws Exception {
        HttpResponse<String> answer = client.execute(PROGRAM.formatted(42));
        ServiceClient.assertPrinted(answer, 42);
        assertThat(answer.body()).contains("\"engine\":\"oci\"").contains("\"start\":\"warm\"");
        assertThat(client.replicas()).isEqualTo(REPLICAS);
        client.awaitPrinted(client.accept(1, SLOW));
        try (ServiceClient nobody = stack.client("")) {
            assertThat(nobody.execute(PROGRAM.formatted(1)).statusCode()).isEqualTo(401);
        }
    }

    /// Above those that the stack has for them.
    @Test
    @Order(1)
    void settingsOfTheUserHold() throws Exception {
        assertThat(DockerCommand.docker("exec", stack.containers("mayfly").getFirst(), "env").orThrow().out().lines())
                .contains("MAYFLY_HTTP_MAX_CONNECTIONS_PER_ADDRESS=4096", "MAYFLY_STORE_USER=mayfly");
    }

    /// Who calls is what the proxy says, and not what the caller says of itself.
    @Test
    @Order(1)
    void functionSeesItsCallersAddress() throws Exception {
        try (HttpClient caller = HttpClient.newHttpClient()) {
            assertThat(client.addressSeenBy(caller, client.url(), "acme")).isEqualTo(stack.hostAddress());
        }
    }

    @Test
    @Order(2)
    void bulkSubmissionsComeBackThroughKafka() throws Exception {
        String replica = stack.containers("mayfly").getFirst();
        byte[] line = "{\"id\": \"first\", \"runtime\": \"node\", \"code\": \"console.log(6*7)\"}\n".getBytes(StandardCharsets.UTF_8);
        DockerCommand.run(line, List.of("docker", "exec", "-i", replica, "mayfly", "bulk", "submit", "-")).orThrow();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(DockerCommand.docker("exec", replica, "mayfly", "bulk", "results", "--from-beginning", "--timeout", "15s").out())
                .contains("first  exited 0").contains("42"));
    }

    @Test
    @Order(3)
    void prometheusSeesEveryPartAndTheAlertmanager() {
        stack.awaitSeries("sum(up{job=\"mayfly\"})", String.valueOf(REPLICAS));
        stack.awaitSeries("sum(up{job=\"proxy\"})", "1");
        stack.awaitSeries("max(mayfly_replicas)", String.valueOf(REPLICAS));
        stack.awaitSeries("prometheus_notifications_alertmanagers_discovered", "1");
    }

    @Test
    @Order(4)
    void everyQueryOfTheDashboardFindsSeries() throws Exception {
        List<String> queries = new ArrayList<>();
        for (JsonNode panel : JSON.readTree(Files.readString(Path.of("deploy/grafana/mayfly.json"))).path("panels")) {
            panel.path("targets").forEach(target -> queries.add(target.path("expr").asText()));
        }
        assertThat(queries).isNotEmpty();
        queries.forEach(stack::awaitAnySeries);
    }

    @Test
    @Order(5)
    void upgradeFailsNoRequest() throws Exception {
        List<String> before = stack.containers("mayfly");
        List<String> accepted = client.accept(4, SLOW);
        assertThat(client.failuresDuring(() -> stack.stack("upgrade"), PROGRAM)).isEmpty();
        assertThat(stack.containers("mayfly")).hasSize(REPLICAS).doesNotContainAnyElementsOf(before);
        client.awaitPrinted(accepted);
    }

    /// The proxy repeats what has a key, on the replica that is left; asynchronous work is taken over.
    @Test
    @Order(6)
    void lossOfAReplicaLosesNothingThatWasAccepted() throws Exception {
        List<String> accepted = client.accept(6, SLOW);
        String lost = stack.containers("mayfly").getFirst();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<HttpResponse<String>>> answers = new ArrayList<>();
            for (int number = 0; number < 4; number++) {
                String body = SLOW.formatted(number);
                String idempotencyKey = "\"loss-%d\"".formatted(number);
                answers.add(threads.submit(() -> client.execute(body, "Idempotency-Key", idempotencyKey)));
            }
            await().atMost(PATIENCE).until(() -> client.running() > 0);
            kill(lost);
            for (int number = 0; number < answers.size(); number++) {
                client.awaitPrinted(answers.get(number).get(), number);
            }
        }
        client.awaitPrinted(accepted);
        await().atMost(PATIENCE).until(() -> client.replicas() == REPLICAS);
    }

    /// What has no key is not repeated.
    @Test
    @Order(7)
    void onlyPlainRequestsAtALostReplicaFail() throws Exception {
        await().atMost(PATIENCE).until(() -> stack.requestsByReplica().size() == REPLICAS);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<HttpResponse<String>>> answers = new ArrayList<>();
            for (int number = 0; number < 4; number++) {
                String body = SLOW.formatted(number);
                answers.add(threads.submit(() -> client.execute(body)));
            }
            await().atMost(PATIENCE).until(() -> stack.requestsByReplica().values().stream().mapToInt(Integer::intValue).sum() == 4);
            Map<String, Integer> before = stack.requestsByReplica();
            kill(stack.containers("mayfly").getFirst());
            await().atMost(PATIENCE).until(() -> stack.requestsByReplica().size() < REPLICAS);
            var lost = new TreeMap<>(before);
            lost.keySet().removeAll(stack.requestsByReplica().keySet());
            assertThat(lost).hasSize(1);
            assertThat(failures(answers)).isEqualTo(lost.firstEntry().getValue()).isBetween(1, 3);
        }
        await().atMost(PATIENCE).until(() -> client.replicas() == REPLICAS);
    }

    private static void kill(String container) throws Exception {
        String process = DockerCommand.docker("inspect", "--format", "{{.State.Pid}}", container).orThrow().out().strip();
        DockerCommand.run(new byte[0], List.of("kill", "-KILL", process)).orThrow();
    }

    /// How many got 502, or no answer; the others must be right.
    private static int failures(List<Future<HttpResponse<String>>> answers) throws Exception {
        int failed = 0;
        for (int number = 0; number < answers.size(); number++) {
            try {
                HttpResponse<String> answer = answers.get(number).get();
                if (answer.statusCode() == 502) {
                    failed++;
                } else {
                    ServiceClient.assertPrinted(answer, number);
                }
            } catch (ExecutionException e) {
                assertThat(e).hasCauseInstanceOf(IOException.class);
                failed++;
            }
        }
        return failed;
    }

    @Test
    @Order(8)
    void databaseThatIsRestartedIsFoundAgain() throws Exception {
        List<String> accepted = client.accept(2, SLOW);
        DockerCommand.docker("restart", "--time", "60", stack.containers("database").getFirst()).orThrow();
        await().atMost(PATIENCE).ignoreExceptions().until(() -> client.execute(PROGRAM.formatted(7)).statusCode() == 200);
        client.awaitPrinted(accepted);
        client.awaitPrinted(client.accept(1, SLOW));
    }
}
