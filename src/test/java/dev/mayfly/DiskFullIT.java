package dev.mayfly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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

/// A service whose disk is full says so, and goes on when there is room again. (A Docker engine's full disk: `DockerOutageTest`.)
class DiskFullIT {
    private static final String PROGRAM = "{\"runtime\":\"python\",\"code\":\"print(6*7)\"}";

    @Test
    void fullDiskIsToldAndOutlived() throws Exception {
        Path locks = ServiceProcess.lockFolder();
        try (var service = ServiceProcess.onDiskOf(2, "test-disk", locks, Map.of("MAYFLY_ENGINE", "oci")).awaitReady()) {
            assertThat(service.execute(PROGRAM).body()).contains("\"stdout\":\"42\\n\"");
            // when there is no room for a box's files any more
            Path filler = Path.of("/proc/%d/root%s/filler".formatted(service.pid(), locks.toAbsolutePath()));
            fill(filler);
            // then the boxes that wait still serve, and after them callers are told why and when to come again
            await().atMost(Duration.ofSeconds(60)).until(() -> refused(service.execute(PROGRAM)).contains("No space left on device"));
            // when there is room, it goes on by itself
            Files.delete(filler);
            await().atMost(Duration.ofSeconds(60)).until(() -> service.execute(PROGRAM).body().contains("\"stdout\":\"42\\n\""));
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
