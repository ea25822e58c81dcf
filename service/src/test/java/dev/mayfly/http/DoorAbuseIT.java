package dev.mayfly.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.DoorFuzz;
import dev.mayfly.testing.NeedsDocker;
import dev.mayfly.testing.RawClient;
import dev.mayfly.testing.ServiceProcess;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Callers who mean no good: the service as it is shipped stays up, keeps no sandbox for them, and answers the next
/// one.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@NeedsDocker
class DoorAbuseIT {
    private static final String NAME = "test-abuse";
    private static final int FUZZED_REQUESTS = 500;

    private final HttpClient client = HttpClient.newHttpClient();
    private ServiceProcess service;

    @BeforeAll
    void start() throws Exception {
        service = new ServiceProcess(NAME, ServiceProcess.lockFolder(), Map.of(
                "MAYFLY_EXECUTION_STALL", "1S", "QUARKUS_HTTP_READ_TIMEOUT", "1S")).awaitReady();
    }

    @AfterAll
    void stop() throws Exception {
        service.close();
    }

    @AfterEach
    void nothingIsLeasedAndTheNextIsAnswered() throws Exception {
        await().atMost(Duration.ofSeconds(30)).until(() -> service.get("/metrics").body().lines().anyMatch("mayfly_sandbox_pool_leased 0.0"::equals));
        assertThat(service.execute("{\"runtime\": \"python\", \"code\": \"print(6*7)\"}").body()).contains("\"stdout\":\"42\\n\"");
    }

    private List<Integer> statuses(int callers, String json) throws Exception {
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            calls.add(() -> {
                var request = HttpRequest.newBuilder(service.url().resolve("/v1/executions")).header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json)).build();
                return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            });
        }
        List<Integer> statuses = new ArrayList<>();
        try (ExecutorService callersAtOnce = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> answer : callersAtOnce.invokeAll(calls)) {
                statuses.add(answer.get());
            }
        }
        return statuses;
    }

    @Test
    void manyLargeOutputsAtOnceAreAnsweredOrPutOff() throws Exception {
        assertThat(statuses(24, """
                {"runtime": "python", "code": "import time; print('x' * (15 << 20), flush=True); time.sleep(6)", "limits": {"outputBytes": 16777216}}""")).contains(200).isSubsetOf(200, 503);
    }

    @Test
    void manyLargeBodiesAtOnceAreAnsweredOrPutOff() throws Exception {
        String body = "{\"runtime\": \"python\", \"code\": \"print(len(input()))\", \"stdin\": \"%s\"}".formatted("x".repeat(20 << 20));
        assertThat(statuses(12, body)).contains(200).isSubsetOf(200, 503);
    }

    @Test
    void streamThatNobodyReadsEnds() throws Exception {
        String json = "{\"runtime\": \"python\", \"code\": \"while True: print('x' * 60000)\", \"limits\": {\"wallTimeMs\": 300000, \"cpuTimeMs\": 300000, \"outputBytes\": 16777216}}";
        try (var deaf = new RawClient(service.url())) {
            deaf.send("POST /v1/executions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\nContent-Length: %d\r\n\r\n%s"
                    .formatted(json.length(), json));
            await().atMost(Duration.ofSeconds(30)).until(() -> service.get("/metrics").body().lines().anyMatch(line -> line.startsWith("mayfly_execution_outcome") && line.contains("ancelled")));
            await().atMost(Duration.ofSeconds(30)).until(() -> service.get("/metrics").body().lines().anyMatch("mayfly_sandbox_pool_leased 0.0"::equals));
        }
    }

    @Test
    void bodyThatDoesNotComeOnHoldsNothing() throws Exception {
        try (var slow = new RawClient(service.url())) {
            slow.send("POST /v1/executions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"runtime\": ");
            assertThat(service.get("/metrics").body()).contains("mayfly_sandbox_pool_leased 0.0");
            assertThat(slow.readAll()).doesNotContain("HTTP/1.1 5");
        }
    }

    @Test
    void neitherCodeNorInputNorKeysAreLogged() throws Exception {
        String secret = "s3cr3t-that-is-nobodys-business";
        for (String json : List.of(
                "{\"runtime\": \"python\", \"code\": \"raise SystemExit('%1$s')\", \"stdin\": \"%1$s\", \"args\": [\"%1$s\"], \"env\": {\"X\": \"%1$s\"}}",
                "{\"runtime\": \"python\", \"code\": \"%1$s",
                "{\"runtime\": \"python\", \"%1$s\": 1}",
                "{\"runtime\": \"%1$s\", \"code\": \"1\"}",
                "{\"runtime\": \"python\", \"code\": \"import os; print('%1$s'); os.kill(os.getpid(), 11)\"}")) {
            var request = HttpRequest.newBuilder(service.url().resolve("/v1/executions")).header("Content-Type", "application/json")
                    .header("Authorization", "Bearer mayfly_" + secret).POST(HttpRequest.BodyPublishers.ofString(json.formatted(secret))).build();
            client.send(request, HttpResponse.BodyHandlers.discarding());
        }
        assertThat(Files.readString(Path.of("target/%s.log".formatted(NAME)))).contains("execution=").doesNotContain(secret);
    }

    @Test
    void mutatedRequestsAreNeverOurFault() throws Exception {
        DoorFuzz.Report report = new DoorFuzz(service.url(), 1).run(FUZZED_REQUESTS, 8);
        assertThat(report.ourFaults()).isEmpty();
        assertThat(report.statuses().keySet()).contains(200, 400).doesNotContain(500);
    }
}
