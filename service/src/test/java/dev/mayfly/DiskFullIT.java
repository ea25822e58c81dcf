package dev.mayfly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.ServiceProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A service whose disk is full says so, and goes on when there is room again. (A Docker engine's full disk:
/// `DockerOutageIT`.)
@NeedsRoot
class DiskFullIT {
    private static final String PROGRAM = "{\"runtime\":\"python\",\"code\":\"print(6*7)\"}";

    @Test
    void fullDiskIsReportedAndOutlived() throws Exception {
        Path locks = ServiceProcess.lockFolder();
        try (var service = ServiceProcess.onDiskOf(2, "test-disk", locks, Map.of("MAYFLY_ENGINE", "oci")).awaitReady()) {
            assertThat(service.execute(PROGRAM).body()).contains("\"stdout\":\"42\\n\"");
            // when the disk has no room for a sandbox's files
            Path filler = Path.of("/proc/%d/root%s/filler".formatted(service.pid(), locks.toAbsolutePath()));
            fill(filler);
            // then the warm sandboxes still serve, and after them callers learn why, and when to come again
            await().atMost(Duration.ofSeconds(60)).until(() -> refused(service.execute(PROGRAM)).contains("No space left on device"));
            // when there is room, it goes on by itself
            Files.delete(filler);
            await().atMost(Duration.ofSeconds(60)).until(() -> service.execute(PROGRAM).body().contains("\"stdout\":\"42\\n\""));
        }
    }

    /// What is accepted waits for room, and new work is refused, with the reason.
    @Test
    void fullDiskOfTheStoreLosesNothingThatIsAccepted() throws Exception {
        Path locks = ServiceProcess.lockFolder();
        Map<String, String> environment = Map.of("MAYFLY_ENGINE", "oci", "MAYFLY_STORE_MIN_FREE_MIB", "0", "MAYFLY_LOCK_FOLDER", ServiceProcess.lockFolder().toString());
        try (var service = ServiceProcess.onDiskOf(16, "test-store-disk", locks, environment).awaitReady()) {
            // given one that writes more and more
            String writer = "{\"runtime\":\"python\",\"code\":\"import time\\nfor i in range(300): print(i, 'x' * 3000); time.sleep(0.03)\",\"limits\":{\"wallTimeMs\":120000}}";
            var accepted = service.post("/v1/executions", writer, "Prefer", "respond-async");
            assertThat(accepted.statusCode()).isEqualTo(202);
            String path = accepted.headers().firstValue("Location").orElseThrow();
            await().until(() -> service.get(path).body().contains("\"state\":\"running\""));
            // when there is no room for its output any more
            Path filler = Path.of("/proc/%d/root%s/filler".formatted(service.pid(), locks.toAbsolutePath()));
            fill(filler);
            // then new work is refused
            await().atMost(Duration.ofSeconds(30)).until(() -> service.post("/v1/executions", PROGRAM, "Prefer", "respond-async").statusCode() == 503);
            assertThat(service.post("/v1/executions", PROGRAM, "Prefer", "respond-async").body()).contains("/problems/store-");
            // and with room again, all of the output is there
            Files.delete(filler);
            await().atMost(Duration.ofSeconds(60)).until(() -> service.get(path).body().contains("\"state\":\"finished\""));
            String result = service.get(path).body();
            assertThat(result).contains("\"exitCode\":0");
            for (int line = 0; line < 300; line++) {
                assertThat(result).contains("%d %s\\n".formatted(line, "x".repeat(3000)));
            }
            await().until(() -> service.post("/v1/executions", PROGRAM, "Prefer", "respond-async, wait=20").body().contains("\"stdout\":\"42\\n\""));
        }
    }

    /// The reason that was given; empty when there was a right result.
    private static String refused(HttpResponse<String> answer) {
        if (answer.statusCode() == 200) {
            assertThat(answer.body()).contains("\"stdout\":\"42\\n\"");
            return "";
        }
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        return answer.body();
    }

    private static void fill(Path filler) throws IOException {
        for (int bytes : new int[] {65536, 512, 1}) {
            try (OutputStream file = Files.newOutputStream(filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                while (true) {
                    file.write(new byte[bytes]);
                }
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("No space left");
            }
        }
    }
}
