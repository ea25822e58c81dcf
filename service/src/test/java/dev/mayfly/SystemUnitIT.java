package dev.mayfly;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.testing.DockerCommand;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.ServiceProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The unit of systemd that is shipped: valid, and the service works with no more rights than it gives. Systemd itself
/// does not run here.
@NeedsRoot
class SystemUnitIT {
    private static final Path UNIT = Path.of("deploy/systemd/mayfly.service");
    private static final String LISTEN = """
            import socket, sys
            listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            listener.bind(sys.argv[1])
            listener.settimeout(180)
            print('listens', flush=True)
            print(listener.recv(4096).decode())""";

    @TempDir
    private Path folder;

    private static List<String> values(String name) throws Exception {
        return Files.readAllLines(UNIT).stream().filter(line -> line.startsWith(name + "=")).map(line -> line.substring(name.length() + 1)).toList();
    }

    private static List<String> lines(String... command) throws Exception {
        DockerCommand.Ended ended = DockerCommand.run(new byte[0], List.of(command));
        return (ended.out() + new String(ended.stderr(), UTF_8)).lines().toList();
    }

    @Test
    void unitIsValid() throws Exception {
        Path here = folder.resolve("mayfly.service");
        Files.writeString(here, Files.readString(UNIT).replace("/opt/mayfly", Path.of("").toAbsolutePath().toString()));
        assertThat(lines("systemd-analyze", "verify", here.toString())).isEmpty();
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void serviceWorksWithTheUnitsRightsAndReportsWhenItIsReady() throws Exception {
        Path socket = folder.resolve("notify");
        Process listener = new ProcessBuilder("python3", "-c", LISTEN, socket.toString()).start();
        var heard = listener.inputReader(UTF_8);
        assertThat(heard.readLine()).isEqualTo("listens");
        String rights = "-all," + String.join(",", Arrays.stream(values("CapabilityBoundingSet").getFirst().split(" ", -1)).map(name -> name.replace("CAP_", "+").toLowerCase(Locale.ROOT)).toList());
        String port = String.valueOf(ServiceProcess.freePort());
        Map<String, String> environment = Map.of("MAYFLY_ENGINE", "oci", "NOTIFY_SOCKET", socket.toString(), "QUARKUS_HTTP_PORT", port);
        try (var service = ServiceProcess.under(List.of("setpriv", "--no-new-privs", "--bounding-set=" + rights, "--inh-caps=" + rights), "test-unit", environment)) {
            assertThat(heard.readLine()).isEqualTo("READY=1");
            assertThat(service.get("/health/ready").statusCode()).isEqualTo(200);
            for (String program : List.of("{\"runtime\": \"python\", \"code\": \"print(6*7)\"}", "{\"runtime\": \"node\", \"code\": \"console.log(6*7)\"}")) {
                assertThat(service.execute(program).body()).contains("\"engine\":\"oci\"").contains("\"stdout\":\"42\\n\"").contains("\"hostUid\":");
            }
            assertThat(service.log()).doesNotContain(" WARN ").doesNotContain(" ERROR ");
        } finally {
            listener.destroy();
        }
    }

    /// What programs may call must not be filtered twice: the unit's filter would end what ours only refuses.
    @Test
    void unitsFilterLeavesProgramsWhatTheyMayCall() throws Exception {
        Set<String> denied = new HashSet<>();
        for (String group : values("SystemCallFilter").getFirst().substring(1).split(" ", -1)) {
            deny(group, denied);
        }
        denied.removeAll(values("SystemCallFilter").subList(1, 2));
        assertThat(denied).hasSizeGreaterThan(30);
        List<String> called = new ArrayList<>();
        for (JsonNode rule : new ObjectMapper().readTree(Path.of("deploy/image/seccomp.json").toFile()).get("syscalls")) {
            rule.get("names").forEach(name -> called.add(name.asText()));
        }
        assertThat(called).doesNotContainAnyElementsOf(denied);
    }

    private static void deny(String group, Set<String> denied) throws Exception {
        for (String line : lines("systemd-analyze", "syscall-filter", group)) {
            String name = line.strip();
            if (name.startsWith("@") && !name.equals(group)) {
                deny(name, denied);
            } else if (!name.isEmpty() && !name.startsWith("#") && !name.startsWith("@")) {
                denied.add(name);
            }
        }
    }
}
