package dev.mayfly.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// The filter of system calls for a container of the service. What it forbids, no program in a sandbox can call.
class ContainerProfileTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void programsInSandboxesMayCallWhatTheyMayCallOnAHost() throws IOException {
        JsonNode profile = JSON.readTree(Files.readString(Path.of("deploy/image/seccomp.json")));
        var sandboxes = new TreeSet<String>();
        try (InputStream own = Objects.requireNonNull(Hardening.class.getResourceAsStream("seccomp.json"))) {
            for (JsonNode rule : JSON.readTree(own).get("syscalls")) {
                boolean pretends = rule.path("errnoRet").asInt(-1) == 0 && !rule.has("args");
                if (rule.get("action").asText().equals("SCMP_ACT_ALLOW") || pretends) {
                    rule.get("names").forEach(name -> sandboxes.add(name.asText()));
                }
            }
        }
        var allowed = new TreeSet<String>();
        profile.get("syscalls").get(0).get("names").forEach(name -> allowed.add(name.asText()));
        assertThat(allowed).isEqualTo(sandboxes);
        assertThat(profile.get("syscalls").get(1).get("names")).hasSize(15).noneMatch(name -> allowed.contains(name.asText()));
    }
}
