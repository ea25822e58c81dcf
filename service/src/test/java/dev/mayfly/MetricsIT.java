package dev.mayfly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.execution.RejectedException;
import dev.mayfly.testing.NeedsDocker;
import dev.mayfly.testing.ServiceProcess;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What a scrape of `/metrics` finds: dashboards and alerts know these names.
@NeedsDocker
class MetricsIT {
    /// Quarkus' and Micrometer's own keep the names that everybody's dashboards know.
    private static final Pattern FRAMEWORKS_OWN = Pattern.compile("(jvm|process|system|http|vertx|netty|worker_pool)_.*");

    private static ServiceProcess service;

    @BeforeAll
    static void start() throws Exception {
        service = new ServiceProcess("test-metrics", ServiceProcess.lockFolder()).awaitReady();
        assertThat(service.execute("{\"runtime\": \"python\", \"code\": \"print(1)\"}").statusCode()).isEqualTo(200);
        assertThat(service.post("/v1/executions", "{\"runtime\": \"python\", \"code\": \"print(1)\"}", "Prefer", "respond-async, wait=30").statusCode()).isEqualTo(200);
        assertThat(service.execute("{\"runtime\": \"cobol\", \"code\": \"\"}").statusCode()).isEqualTo(422);
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
    }

    private static List<String> scrape() throws IOException, InterruptedException {
        return service.get("/metrics").body().lines().toList();
    }

    private static Set<String> families(List<String> lines, String kind) {
        return lines.stream().filter(line -> line.startsWith("# " + kind + " ")).map(line -> line.split(" ", -1)[2])
                .filter(name -> !FRAMEWORKS_OWN.matcher(name).matches()).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void namesAreThese() throws Exception {
        assertThat(families(scrape(), "TYPE")).containsExactly( // a counter's samples end with _total
                "mayfly_async_accepted", "mayfly_async_attempts", "mayfly_async_queued", "mayfly_async_queued_unmet", "mayfly_async_running",
                "mayfly_draining", "mayfly_engine_up", "mayfly_execution_outcome", "mayfly_execution_rejected", "mayfly_execution_total_seconds", "mayfly_execution_total_seconds_max",
                "mayfly_functions_failures_unanswered", "mayfly_functions_unlogged",
                "mayfly_release", "mayfly_replicas", "mayfly_sandbox_create_failures", "mayfly_sandbox_created", "mayfly_sandbox_destroyed",
                "mayfly_sandbox_lease_wait_seconds", "mayfly_sandbox_lease_wait_seconds_max", "mayfly_sandbox_pool_alive", "mayfly_sandbox_pool_capacity",
                "mayfly_sandbox_pool_leased", "mayfly_sandbox_pool_ready", "mayfly_sandbox_pool_utilization", "mayfly_sandbox_pool_waiting",
                "mayfly_schedules_lateness_seconds", "mayfly_schedules_run", "mayfly_schedules_skipped", "mayfly_sessions",
                "mayfly_store_utilization");
    }

    @Test
    void alertRulesNameWhatThereIs() throws Exception {
        String rules = Files.readString(Path.of("deploy/prometheus/rules.yml"));
        Set<String> names = families(scrape(), "TYPE");
        Set<String> named = Pattern.compile("\\bmayfly_[a-z_]+").matcher(rules).results().map(MatchResult::group).filter(name -> !name.startsWith("mayfly_bulk_"))
                .map(name -> name.replaceFirst("_total$", "")).collect(Collectors.toCollection(TreeSet::new));
        assertThat(named).hasSizeGreaterThan(7).allMatch(names::contains);
        Set<String> kinds = Pattern.compile("kind=~\"([^\"]+)\"").matcher(rules).results().flatMap(match -> Stream.of(match.group(1).split("\\|", -1))).collect(Collectors.toSet());
        assertThat(kinds).hasSize(4).allMatch(kind -> RejectedException.Kind.valueOf(kind.toUpperCase(Locale.ROOT)).name().equalsIgnoreCase(kind));
    }

    @Test
    void eachHasAHelpText() throws Exception {
        List<String> lines = scrape();
        assertThat(families(lines, "HELP")).isEqualTo(families(lines, "TYPE"));
        assertThat(lines).filteredOn(line -> line.startsWith("# HELP mayfly_")).allMatch(line -> line.matches("# HELP \\S+ \\S.*"));
    }

    @Test
    void histogramsHaveTwelveBucketsAndTheLast() throws Exception {
        for (String name : List.of("mayfly_execution_total_seconds_bucket", "mayfly_sandbox_lease_wait_seconds_bucket")) {
            assertThat(scrape().stream().filter(line -> line.startsWith(name) && line.contains("python")).map(line -> line.replaceFirst("le=\"[^\"]*\"", "").replaceFirst(" \\S+$", ""))
                    .collect(Collectors.groupingBy(series -> series, Collectors.counting())).values()).isNotEmpty().containsOnly(13L);
        }
    }

    @Test
    void strangePathsAndMethodsMakeNoSeries() throws Exception {
        // given what two strange requests of each kind have made
        strange(0, 2);
        long series = settled();
        // when many more come
        strange(2, 60);
        // then there is nothing more
        assertThat(settled()).isEqualTo(series);
    }

    private static void strange(int from, int to) throws IOException, InterruptedException {
        for (int i = from; i < to; i++) {
            service.get("/none/such-" + i);
            service.get("/v1/executions/none-" + i);
            service.get("/v1/executions/none-" + i + "/events");
            service.get("/v1/runtimes?x=" + i);
            raw("STRANGE" + i + " /v1/executions HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
        }
    }

    private static void raw(String request) throws IOException {
        try (var socket = new Socket(service.url().getHost(), service.url().getPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes();
        }
    }

    /// A request is counted after its answer.
    private static long settled() {
        return await().until(() -> {
            long before = series();
            return series() == before ? before : -1;
        }, count -> count >= 0);
    }

    private static long series() throws IOException, InterruptedException {
        return scrape().stream().filter(line -> !line.startsWith("#") && (line.startsWith("http_") || line.startsWith("mayfly_"))).count();
    }
}
