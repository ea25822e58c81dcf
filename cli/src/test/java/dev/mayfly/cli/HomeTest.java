package dev.mayfly.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.docker.DockerSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The command reads the variables that the service reads, and refuses what the service refuses.
class HomeTest {
    private static Home home(String name, String value) {
        return Home.of(Path.of("/opt/mayfly"), Map.of(name, value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:8080", "https://[::1]:8443", "http://mayfly/behind/a/path"})
    void serviceIsNamedByItsAddress(String url) {
        assertThat(home("MAYFLY_URL", url).service()).hasToString(url);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "127.0.0.1:8080", "ftp://mayfly", "http://", "http://a b", "http:8080"})
    void whatIsNoAddressOfAServiceIsWrongUse(String url) {
        assertThatThrownBy(() -> home("MAYFLY_URL", url).service())
                .isInstanceOfSatisfying(CliException.class, thrown -> assertThat(thrown.exitCode()).isEqualTo(CliException.WRONG_USE))
                .hasMessageContaining("MAYFLY_URL");
    }

    @Test
    void whatIsNotSetIsAsTheServiceHasIt() {
        Home home = Home.of(Path.of("/opt/mayfly"), Map.of());
        assertThat(home.environment().withoutEngine()).isEmpty();
        assertThat(home.runtimes()).isEqualTo(Path.of("/opt/mayfly/runtimes"));
        assertThat(home.docker()).isEqualTo(new DockerSettings(DockerSettings.DEFAULT_HOST, Duration.ofSeconds(30), Duration.ofSeconds(30), "mayfly"));
    }

    @ParameterizedTest
    @CsvSource({"docker, false", "oci, true", "OCI, true"})
    void engineIsTheNamedOne(String name, boolean withoutEngine) {
        assertThat(home("MAYFLY_ENGINE", name).environment().withoutEngine()).contains(withoutEngine);
    }

    @Test
    void emptyNameOfAnEngineIsNone() {
        assertThat(home("MAYFLY_ENGINE", "").environment().withoutEngine()).isEmpty();
    }

    @Test
    void variablesOfTheEngineCount() {
        Home home = Home.of(Path.of("/opt/mayfly"), Map.of(
                "MAYFLY_DOCKER_HOST", "tcp://engine:2375", "DOCKER_HOST", "tcp://another:2375", "MAYFLY_DOCKER_CALL_TIMEOUT", "5S",
                "MAYFLY_DOCKER_READY_TIMEOUT", "500ms", "MAYFLY_SERVICE", "mine", "MAYFLY_OCI_CALL_TIMEOUT", "7", "MAYFLY_OCI_READY_TIMEOUT", "PT1M"));
        assertThat(home.docker()).isEqualTo(new DockerSettings(URI.create("tcp://engine:2375"), Duration.ofSeconds(5), Duration.ofMillis(500), "mine"));
        assertThat(home.oci().callTimeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(home.oci().readyTimeout()).isEqualTo(Duration.ofMinutes(1));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            MAYFLY_ENGINE              | podman    | MAYFLY_ENGINE must be docker or oci; got podman
            MAYFLY_DOCKER_HOST         | localhost | MAYFLY_DOCKER_HOST must be unix:///PATH or tcp://HOST:PORT; got localhost
            DOCKER_HOST                | ssh://a   | DOCKER_HOST must be unix:///PATH or tcp://HOST:PORT; got ssh://a
            MAYFLY_DOCKER_CALL_TIMEOUT | soon      | MAYFLY_DOCKER_CALL_TIMEOUT must be a time such as 30S or 10M, longer than 0; got soon
            """)
    void wrongVariableIsWrongUse(String name, String value, String message) {
        assertThatThrownBy(() -> home(name, value).docker())
                .isInstanceOfSatisfying(CliException.class, thrown -> assertThat(thrown.exitCode()).isEqualTo(CliException.WRONG_USE))
                .hasMessage(message);
    }
}
