package dev.mayfly.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.testing.Pages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    void renamedSettingIsReportedWithItsNewName() {
        assertThat(Variables.unknown(List.of("MAYFLY_JOB_REPLICA", "MAYFLY_ASYNC_REPLICA"))).containsExactly("MAYFLY_JOB_REPLICA (now MAYFLY_ASYNC_REPLICA)");
    }

    @Test
    void everyVariableThatTheLauncherAndThePagesNameIsKnown() throws IOException {
        Set<String> named = new TreeSet<>();
        List<Path> files = new ArrayList<>(Pages.all());
        files.remove(Path.of("CHANGELOG.md")); // which also has earlier names
        files.addAll(List.of(Path.of("mayfly"), Path.of("deploy/setup"), Path.of("runtimes/build"), Path.of("deploy/engine")));
        for (Path file : files) {
            VARIABLE.matcher(Files.readString(file)).results().forEach(found -> named.add(found.group()));
        }
        named.removeAll(Set.of("MAYFLY_INPUT", "MAYFLY_DUE_AT")); // a function's program has them
        assertThat(named).contains("MAYFLY_URL", "MAYFLY_ENGINE");
        assertThat(Variables.unknown(named)).isEmpty();
    }
}
