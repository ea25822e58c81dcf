package dev.mayfly.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Which environment variables are known.
class VariablesTest {
    private static final Pattern VARIABLE = Pattern.compile("\\bMAYFLY_[A-Z_]*[A-Z]\\b");

    @Test
    void typingSlipIsUnknown() {
        assertThat(Variables.unknown(List.of("MAYFLY_POOL_CAPACTIY", "MAYFLY_POOL_CAPACITY", "PATH", "MAYFLY_SERVICES")))
                .containsExactly("MAYFLY_POOL_CAPACTIY", "MAYFLY_SERVICES");
    }

    @Test
    void listsMayBeGivenElementByElement() {
        assertThat(Variables.unknown(List.of("MAYFLY_WEBHOOK_ALLOWED_NETWORKS", "MAYFLY_WEBHOOK_ALLOWED_NETWORKS_0_"))).isEmpty();
    }

    @Test
    void whatKubernetesSetsForAServiceOfThisNameIsLeftAlone() {
        assertThat(Variables.unknown(List.of("MAYFLY_SERVICE_HOST", "MAYFLY_SERVICE_PORT_HTTP", "MAYFLY_PORT", "MAYFLY_PORT_8080_TCP_ADDR"))).isEmpty();
    }

    @Test
    void everyVariableThatTheLauncherAndTheReadmeNameIsKnown() throws IOException {
        Set<String> named = new TreeSet<>();
        for (String file : List.of("mayfly", "README.md", "deploy/setup", "runtimes/build")) {
            VARIABLE.matcher(Files.readString(Path.of(file))).results().forEach(found -> named.add(found.group()));
        }
        assertThat(named).contains("MAYFLY_URL", "MAYFLY_ENGINE");
        assertThat(Variables.unknown(named)).isEmpty();
    }
}
