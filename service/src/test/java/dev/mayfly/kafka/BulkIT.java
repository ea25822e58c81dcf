package dev.mayfly.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.mayfly.testing.BulkClient;
import dev.mayfly.testing.BulkClient.Arrival;
import dev.mayfly.testing.DockerCommand;
import dev.mayfly.testing.KafkaBroker;
import dev.mayfly.testing.NeedsDocker;
import dev.mayfly.testing.NeedsKafka;
import dev.mayfly.testing.Schemas;
import dev.mayfly.testing.ServiceProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The bulk door of the built service against a real broker and the real engine.
@NeedsDocker
@NeedsKafka
class BulkIT {
    private static final String PREFIX = "bulk";
    private static final int PARTITIONS = 4;
    private static final Path LOCKS = lockFolder();

    private static KafkaBroker broker;
    private static ServiceProcess worker;
    private static BulkClient client;

    private static Path lockFolder() {
        try {
            return ServiceProcess.lockFolder();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @BeforeAll
    static void start() throws Exception {
        broker = new KafkaBroker().awaitReady();
        worker = start("test-bulk");
        client = new BulkClient(broker, PREFIX);
    }

    private static ServiceProcess start(String name) throws Exception {
        return new ServiceProcess(name, LOCKS, Map.of(
                "MAYFLY_KAFKA_ENABLED", "true",
                "KAFKA_BOOTSTRAP_SERVERS", broker.address(),
                "MAYFLY_KAFKA_TOPIC_PREFIX", PREFIX,
                "MAYFLY_KAFKA_PARTITIONS", String.valueOf(PARTITIONS),
                "MAYFLY_KAFKA_WORKER", "first",
                // A submission may take longer than this without the group taking the partitions away.
                "MP_MESSAGING_INCOMING_SUBMISSIONS_MAX_POLL_INTERVAL_MS", "6000")).awaitReady();
    }

    @AfterAll
    static void stop() throws Exception {
        client.close();
        worker.close();
        broker.close();
        assertThat(worker.containers()).isEmpty();
    }

    private static String python(String id, String code) {
        try {
            return new ObjectMapper().writeValueAsString(Map.of("id", id, "runtime", "python", "code", code));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int home(String id) {
        return Utils.toPositive(Utils.murmur2(id.getBytes(UTF_8))) % PARTITIONS;
    }

    private static double metric(String name) throws Exception {
        return worker.get("/metrics").body().lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /// One key space with HTTP, for each tenant.
    @Test
    void recordWithAnIdempotencyKeyIsTheExecutionOfThatKey() throws Exception {
        String program = "\"runtime\":\"python\",\"code\":\"import random; print(random.random())\"";
        var over = worker.post("/v1/executions", "{" + program + "}", "Idempotency-Key", "shared");
        client.send("by-kafka", ("{\"id\":\"by-kafka\"," + program + "}").getBytes(UTF_8), Map.of("Idempotency-Key", "shared"));
        JsonNode result = client.awaitResult("by-kafka").json();
        assertThat(result.path("id").asText()).isEqualTo("by-kafka");
        assertThat(result.path("stdout")).isEqualTo(new ObjectMapper().readTree(over.body()).path("stdout"));
        // another program under that key
        client.send("reused", python("reused", "print(1)").getBytes(UTF_8), Map.of("Idempotency-Key", "shared"));
        assertThat(client.awaitDeadLetter("reused").headers()).containsEntry("mayfly-reason", "key-reused");
    }

    @Test
    void resultIsTheOneThatHttpGives() throws Exception {
        client.submit("whole", "{\"id\":\"whole\",\"tenant\":\"acme\",\"runtime\":\"python\",\"args\":[\"7\"],\"code\":\"import sys; print(6*int(sys.argv[1])); sys.exit(3)\"}");
        Arrival arrival = client.awaitResult("whole");
        JsonNode result = arrival.json();
        assertThat(arrival.key()).isEqualTo("whole");
        assertThat(arrival.headers()).containsEntry("mayfly-tenant", "acme");
        assertThat(result.path("id").asText()).isEqualTo("whole");
        assertThat(result.path("stdout").asText()).isEqualTo("42\n");
        assertThat(result.path("outcome")).hasToString("{\"kind\":\"exited\",\"exitCode\":3}");
        List<String> overHttp = new ArrayList<>();
        new ObjectMapper().readTree(worker.execute("{\"runtime\":\"python\",\"code\":\"print(1)\"}").body()).fieldNames().forEachRemaining(overHttp::add);
        assertThat(result.fieldNames()).toIterable().containsExactlyElementsOf(overHttp);
        assertThat(Schemas.errors(Schemas.RESULT, arrival.text())).isEmpty();
    }

    @Test
    void recordMayNameAFunction() throws Exception {
        assertThat(worker.put("/v1/functions/double", "{\"runtime\":\"python\",\"code\":\"print(int(input()) * 2)\"}").statusCode()).isEqualTo(201);
        client.submit("named", "{\"id\":\"named\",\"function\":\"double\",\"input\":21}");
        Arrival arrival = client.awaitResult("named");
        assertThat(arrival.json().path("stdout").asText()).isEqualTo("42\n");
        assertThat(arrival.json().path("function")).hasToString("{\"name\":\"double\",\"version\":1,\"trigger\":\"kafka\"}");
        assertThat(Schemas.errors(Schemas.RESULT, arrival.text())).isEmpty();
        client.submit("unnamed", "{\"id\":\"unnamed\",\"function\":\"none\"}");
        assertThat(client.awaitDeadLetter("unnamed").headers()).containsEntry("mayfly-reason", "unknown-function");
        // kept under a key, it is in the function's log
        client.send("keyed", "{\"id\":\"keyed\",\"function\":\"double\",\"input\":4}".getBytes(UTF_8), Map.of("Idempotency-Key", "double-4"));
        assertThat(client.awaitResult("keyed").json().path("stdout").asText()).isEqualTo("8\n");
        assertThat(worker.get("/v1/functions/double/executions").body()).contains("\"trigger\":\"kafka\"");
    }

    @Test
    void programThatFailsHasAResultAndNoDeadLetter() throws Exception {
        client.submit("fails", python("fails", "raise SystemExit('no')"));
        client.submit("slow", "{\"id\":\"slow\",\"runtime\":\"python\",\"code\":\"while True: pass\",\"limits\":{\"wallTimeMs\":300}}");
        assertThat(client.awaitResult("fails").json().path("outcome").path("exitCode").asInt()).isEqualTo(1);
        assertThat(client.awaitResult("slow").json().path("outcome").path("kind").asText()).isEqualTo("timed_out");
        assertThat(client.deadLetters("fails")).isEmpty();
        for (String id : List.of("fails", "slow")) {
            assertThat(Schemas.errors(Schemas.RESULT, client.awaitResult(id).text())).isEmpty();
        }
    }

    @Test
    void duplicatesHaveOneResult() throws Exception {
        // given a submission that was sent three times at the same moment
        double before = metric("mayfly_bulk_duplicates_total");
        for (int i = 0; i < 3; i++) {
            client.submit("again", python("again", "print('once')"));
        }
        client.awaitResult("again");
        // when it comes once more, after its result
        client.submit("again", python("again", "print('once')"));
        // then all three copies are known as such
        await().atMost(Duration.ofSeconds(30)).until(() -> metric("mayfly_bulk_duplicates_total") == before + 3);
        assertThat(client.results("again")).hasSize(1);
    }

    @Test
    void otherSubmissionUnderAKnownIdIsADeadLetter() throws Exception {
        client.submit("taken", python("taken", "print(1)"));
        client.awaitResult("taken");
        client.submit("taken", python("taken", "print(2)"));
        Arrival letter = client.awaitDeadLetter("taken");
        assertThat(letter.headers().get("mayfly-detail")).contains("another submission has the id taken");
        assertThat(client.results("taken")).hasSize(1);
    }

    static Stream<Arguments> poison() {
        return Stream.of(
                Arguments.of("p-not-json", "{\"id\":", "invalid-submission", "not JSON"),
                Arguments.of("p-no-object", "[1]", "invalid-submission", "JSON object"),
                Arguments.of("p-no-id", "{\"runtime\":\"python\",\"code\":\"1\"}", "invalid-submission", "id is missing"),
                Arguments.of("p-bad-id", "{\"id\":\"a b\",\"runtime\":\"python\",\"code\":\"1\"}", "invalid-submission", "no space"),
                Arguments.of("p-field", "{\"id\":\"p-field\",\"runtime\":\"python\",\"code\":\"1\",\"sudo\":true}", "invalid-submission", "sudo"),
                Arguments.of("p-runtime", "{\"id\":\"p-runtime\",\"runtime\":\"cobol\",\"code\":\"1\"}", "unknown-runtime", "cobol"),
                Arguments.of("p-limit", "{\"id\":\"p-limit\",\"runtime\":\"python\",\"code\":\"1\",\"limits\":{\"pids\":100000}}", "limit-over-ceiling", "256"),
                Arguments.of("p-digits", "{\"id\":\"p-digits\",\"runtime\":\"python\",\"code\":\"1\",\"limits\":{\"memoryBytes\":1e1000000000}}", "invalid-submission", "too large"),
                Arguments.of("p-cpus", "{\"id\":\"p-cpus\",\"runtime\":\"python\",\"code\":\"1\",\"limits\":{\"cpus\":1e-1000000000}}", "invalid-submission", "too many digits"),
                Arguments.of("p-long", "{\"id\":\"p-long\",\"runtime\":\"" + "x".repeat(100_000) + "\",\"code\":\"1\"}", "unknown-runtime", "xxx…"),
                Arguments.of("p-path", "{\"id\":\"p-path\",\"entrypoint\":\"../x.py\",\"files\":[{\"path\":\"../x.py\",\"content\":\"1\"}]}", "invalid-submission", ".."));
    }

    @ParameterizedTest
    @MethodSource("poison")
    void poisonBecomesADeadLetterAndTheRestFlowsOn(String key, String json, String reason, String detail) throws Exception {
        client.send(0, key, json.getBytes(UTF_8));
        Arrival letter = client.awaitDeadLetter(key);
        assertThat(letter.text()).isEqualTo(json);
        assertThat(letter.headers())
                .containsEntry("mayfly-reason", reason)
                .containsEntry("mayfly-attempts", "0")
                .containsEntry("mayfly-topic", "bulk.submissions")
                .containsOnlyKeys(documentedHeaders());
        assertThat(letter.headers().get("mayfly-detail")).contains(detail);
        client.submit("after-" + key, python("after-" + key, "print(1)"));
        client.awaitResult("after-" + key);
    }

    private static List<String> documentedHeaders() throws Exception {
        List<String> names = new ArrayList<>();
        new ObjectMapper(new YAMLFactory()).readTree(Schemas.FOLDER.resolve("asyncapi.yaml").toFile())
                .at("/components/messages/deadLetter/headers/required").forEach(name -> names.add(name.asText()));
        return names;
    }

    @Test
    void sendersHeadersChangeNothing() throws Exception {
        client.send("cloud", python("cloud", "print(1)").getBytes(UTF_8), Map.of("content-type", "application/cloudevents+json", "ce_id", "1"));
        client.awaitResult("cloud");
    }

    @Test
    void recordWithoutAValueIsADeadLetter() throws Exception {
        client.send(0, "tombstone", null);
        assertThat(client.awaitDeadLetter("tombstone").headers()).containsEntry("mayfly-reason", "invalid-submission");
    }

    @Test
    void oversizeSubmissionIsReportedWithoutItsValue() throws Exception {
        byte[] value = "x".repeat((8 << 20) + 1).getBytes(UTF_8);
        client.send(0, "oversize", value);
        Arrival letter = client.awaitDeadLetter("oversize");
        assertThat(letter.headers()).containsEntry("mayfly-reason", "submission-too-large").containsEntry("mayfly-bytes", String.valueOf(value.length));
        assertThat(letter.value()).isEmpty();
    }

    @Test
    void oversizeResultIsADeadLetterThatCarriesTheSubmission() throws Exception {
        String json = "{\"id\":\"flood\",\"runtime\":\"python\",\"limits\":{\"outputBytes\":16777216},\"code\":\"import os,sys; sys.stdout.buffer.write(os.urandom(7 << 20))\"}";
        client.submit("flood", json);
        Arrival letter = client.awaitDeadLetter("flood");
        assertThat(letter.headers()).containsEntry("mayfly-reason", "result-too-large");
        assertThat(letter.text()).isEqualTo(json);
        assertThat(client.results("flood")).isEmpty();
    }

    @Test
    void idDecidesAndNotThePartitionOfItsSender() throws Exception {
        // given each submission in every partition, under other keys or none
        List<String> ids = IntStream.range(0, 6).mapToObj(i -> "stray" + i).toList();
        double before = metric("mayfly_bulk_duplicates_total");
        for (String id : ids) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                client.send(partition, partition == 0 ? null : "key" + partition, python(id, "print(1)").getBytes(UTF_8));
            }
        }
        // then each has one result
        client.awaitResults(ids, Duration.ofSeconds(60));
        await().atMost(Duration.ofSeconds(60)).until(() -> metric("mayfly_bulk_duplicates_total") == before + ids.size() * (PARTITIONS - 1));
        assertThat(client.notExactlyOne(ids.stream())).isEmpty();
        assertThat(client.awaitResult("stray0").key()).isEqualTo("stray0");
    }

    @Test
    void stragglerHoldsUpNobody() throws Exception {
        // given a submission that takes its time, before others of its partition
        List<String> ids = IntStream.iterate(0, i -> i + 1).mapToObj(i -> "row" + i).filter(id -> home(id) == 1).limit(11).toList();
        String straggler = ids.getFirst();
        client.submit(straggler, python(straggler, "import time; time.sleep(20); print('late')").replace("}", ",\"limits\":{\"wallTimeMs\":30000}}"));
        List<String> others = ids.subList(1, ids.size());
        others.forEach(id -> client.submit(id, python(id, "print(1)")));
        // then they have their results while it runs
        client.awaitResults(others, Duration.ofSeconds(60));
        assertThat(client.results(straggler)).isEmpty();
        assertThat(client.awaitResult(straggler).json().path("stdout").asText()).isEqualTo("late\n");
        // and the group has not taken the partitions away, though the submission took longer than the longest pause
        // between polls
        assertThat(worker.log().lines().filter(line -> line.contains("generation="))).hasSize(1);
        assertThat(worker.log()).doesNotContain("revoked=");
    }

    @Test
    void readingPausesWhenEnoughIsInHand() throws Exception {
        // given more submissions than fit into the hand and the queue
        Map<String, String> submissions = new LinkedHashMap<>();
        IntStream.range(0, 400).mapToObj(i -> "many" + i).forEach(id -> submissions.put(id, python(id, "print(1)")));
        client.submitAll(submissions);
        // then not all are read, and none is lost
        await().atMost(Duration.ofSeconds(60)).until(() -> metric("mayfly_bulk_partitions_paused") > 0);
        assertThat(metric("mayfly_bulk_in_flight")).isLessThan(submissions.size());
        client.awaitResults(submissions.keySet(), Duration.ofMinutes(5));
        assertThat(client.notExactlyOne(submissions.keySet().stream())).isEmpty();
        await().until(() -> metric("mayfly_bulk_lag") == 0 && metric("mayfly_bulk_partitions_paused") == 0 && metric("mayfly_bulk_in_flight") == 0);
    }

    @Test
    void commandSendsAFileAndReadsItsResults(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("submissions.jsonl"), """
                {"id": "cli-1", "runtime": "python", "code": "print(6*7)"}

                {"id": "cli-2", "runtime": "cobol", "code": "print"}
                {"runtime": "node", "code": "console.log('without an id')"}
                {"id": "cli-3", "code": 5}
                not json
                """);
        var submitted = mayfly("bulk", "submit", file.toString());
        assertThat(new String(submitted.stderr(), UTF_8))
                .contains("line 5: code must be text", "line 6: not JSON", "3 submissions sent", "2 lines were not sent");
        assertThat(submitted.exitCode()).isEqualTo(2);
        client.awaitResult("cli-1");
        client.awaitDeadLetter("cli-2");
        // sent again, the submissions are the same ones
        mayfly("bulk", "submit", file.toString());
        var results = mayfly("bulk", "results", "--json", "--from-beginning", "--timeout", "3s");
        assertThat(results.exitCode()).isZero();
        List<JsonNode> read = new ArrayList<>();
        for (String line : results.out().lines().toList()) {
            read.add(new ObjectMapper().readTree(line));
        }
        assertThat(read.stream().filter(each -> each.path("id").asText().equals("cli-1"))).singleElement()
                .satisfies(each -> assertThat(each.path("stdout").asText()).isEqualTo("42\n"));
        assertThat(read.stream().filter(each -> each.path("stdout").asText().equals("without an id\n"))).hasSize(1);
        assertThat(read.stream().filter(each -> each.path("id").asText().equals("cli-2"))).isNotEmpty()
                .allSatisfy(each -> assertThat(each.path("deadLetter").path("reason").asText()).isEqualTo("unknown-runtime"));
        assertThat(mayfly("bulk", "results", "--from-beginning", "--timeout", "3s").out()).contains("cli-1  exited 0", "cli-2  dead letter  unknown-runtime");
        assertThat(mayfly("bulk", "results", "--brokers", "127.0.0.1:1", "--timeout", "1s").exitCode()).isEqualTo(125);
        assertThat(mayfly("bulk", "submit", "no-such-file").exitCode()).isEqualTo(2);
    }

    private static DockerCommand.Ended mayfly(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("env", "KAFKA_BOOTSTRAP_SERVERS=" + broker.address(), "./mayfly"));
        command.addAll(List.of(arguments));
        command.addAll(command.indexOf("bulk") + 2, List.of("--topic-prefix", PREFIX));
        return DockerCommand.run(new byte[0], command);
    }
}
