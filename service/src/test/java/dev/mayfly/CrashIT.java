package dev.mayfly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.load.ServiceKills;
import dev.mayfly.testing.DockerCommand;
import dev.mayfly.testing.NeedsDocker;
import dev.mayfly.testing.ServiceProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// A service that is killed or stopped leaves no sandbox behind, and one that is stopped answers what it had accepted.
@NeedsDocker
class CrashIT {
    private static final String LONG_RUN = "{\"runtime\":\"python\",\"code\":\"import time; time.sleep(60)\",\"limits\":{\"wallTimeMs\":60000}}";

    @Test
    void killedServiceLeavesNoOrphan() throws Exception {
        Path locks = ServiceProcess.lockFolder();
        // given a service with runs in flight and warm sandboxes
        var first = new ServiceProcess("test-crash", locks).awaitReady();
        for (int i = 0; i < 3; i++) {
            Thread.startVirtualThread(() -> execute(first, LONG_RUN));
        }
        await().until(() -> first.get("/metrics").body().lines().anyMatch("mayfly_sandbox_pool_leased 3.0"::equals));
        List<String> left = new ArrayList<>(first.containers());
        assertThat(left).hasSizeGreaterThanOrEqualTo(4);
        // when it is killed and started again
        first.kill();
        try (var second = new ServiceProcess("test-crash", locks)) {
            // then every sandbox of the first one is gone within ten seconds
            await().atMost(Duration.ofSeconds(10)).until(() -> second.containers().stream().noneMatch(left::contains));
            second.awaitReady();
        }
        assertThat(first.containers()).isEmpty();
    }

    @Test
    void sandboxesDieWithTheirServiceAlsoWhenNobodyStartsItAgain() throws Exception {
        Path locks = ServiceProcess.lockFolder();
        var service = new ServiceProcess("test-alone", locks).awaitReady();
        assertThat(service.containers()).isNotEmpty();
        service.kill();
        await().atMost(Duration.ofSeconds(30)).until(() -> running("test-alone").isEmpty());
        // what had been made and not yet started, the next start removes
        new ServiceProcess("test-alone", locks).awaitReady().close();
        assertThat(service.containers()).isEmpty();
    }

    @Test
    void serviceKilledAtAnyInstantLeavesNothingBehindItsNextStart() throws Exception {
        ServiceKills.Report report = ServiceKills.run(5, 7);
        assertThat(report.left()).isEmpty();
        assertThat(report.killedReady()).isGreaterThanOrEqualTo(2);
        assertThat(report.wrong()).isEmpty();
    }

    private static List<String> running(String service) throws Exception {
        return DockerCommand.docker("ps", "-q", "--filter", "label=dev.mayfly.service=" + service).out().lines().toList();
    }

    @Test
    void stoppedServiceAnswersWhatItHadAccepted() throws Exception {
        var service = new ServiceProcess("test-drain", ServiceProcess.lockFolder()).awaitReady();
        var answer = CompletableFuture.supplyAsync(
                () -> execute(service, "{\"runtime\":\"python\",\"code\":\"import time; time.sleep(3); print('whole')\"}"), Thread::startVirtualThread);
        await().until(() -> service.get("/metrics").body().lines().anyMatch("mayfly_sandbox_pool_leased 1.0"::equals));
        service.terminate();
        assertThat(answer.get()).contains("whole");
        await().atMost(Duration.ofSeconds(40)).until(() -> !service.isAlive());
        assertThat(service.containers()).isEmpty();
    }

    @Test
    void stopIsAnnouncedBeforeIntakeCloses() throws Exception {
        var service = new ServiceProcess("test-announce", ServiceProcess.lockFolder(), Map.of("MAYFLY_SHUTDOWN_DELAY", "10M")).awaitReady();
        // when it is to stop
        service.terminate();
        // then proxies see that first
        await().until(() -> service.get("/health/ready").statusCode() == 503);
        assertThat(service.get("/health/ready").body()).containsPattern("\"draining\": ?true");
        assertThat(service.get("/health/live").statusCode()).isEqualTo(200);
        assertThat(service.get("/metrics").body()).contains("mayfly_draining 1.0");
        await().until(() -> service.get("/v1/replicas").body().contains("\"draining\":true"));
        // and what they send until then is run
        assertThat(execute(service, "{\"runtime\":\"python\",\"code\":\"print('whole')\"}")).contains("whole");
        // and a second signal ends the delay
        service.terminate();
        assertThat(service.awaitEnd()).isEqualTo(128 + 15);
        assertThat(service.containers()).isEmpty();
    }

    @Test
    void serviceRefusesToListenToStrangers() throws Exception {
        try (var service = new ServiceProcess("test-open", ServiceProcess.lockFolder(), Map.of("QUARKUS_HTTP_HOST", "0.0.0.0"))) {
            await().atMost(Duration.ofSeconds(40)).until(() -> !service.isAlive());
            assertThat(service.log()).contains("refusing to listen on 0.0.0.0");
            assertThat(service.containers()).isEmpty();
        }
    }

    private static String execute(ServiceProcess service, String json) {
        try {
            return service.execute(json).body();
        } catch (Exception e) {
            return "no answer: " + e;
        }
    }
}
