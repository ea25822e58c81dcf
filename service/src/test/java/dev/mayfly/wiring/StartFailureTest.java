package dev.mayfly.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.quarkus.runtime.QuarkusBindException;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.BindException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A setting that is wrong keeps the service from starting, and its operator reads which, what it was and what it must
/// be.
class StartFailureTest {
    private static StartFailure startWith(Map<String, String> settings) {
        Throwable failure = catchThrowable(() -> new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 100, new DurationConverter())
                .withSources(new PropertiesConfigSource(settings, "test", 200))
                .withMapping(MayflyConfig.class)
                .build());
        assertThat(failure).as("%s", settings).isNotNull();
        return StartFailure.of(new IllegalStateException("as the framework wraps it", failure));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            mayfly.engine                   | podman             | must be docker or oci; got podman
            mayfly.pool.capacity            | many               | must be a whole number between 1 and 2147483647; got many
            mayfly.pool.capacity            | 0                  | must be a whole number between 1 and 2147483647; got 0
            mayfly.pool.min-warm            | -1                 | must be a whole number between 0 and 2147483647; got -1
            mayfly.pool.memory-mib          | 9999999999999      | must be a whole number between 1 and 8796093022207; got 9999999999999
            mayfly.kafka.max-record-mib     | 4096               | must be a whole number between 1 and 1024; got 4096
            mayfly.kafka.replication        | 0                  | must be -1, for the broker's default, or at least 1; got 0
            mayfly.kafka.enabled            | ture               | must be true or false; got ture
            mayfly.kafka.topic-prefix       | a b                | must be 1 to 200 letters, digits, dots, underscores or hyphens; got a b
            mayfly.execution.patience       | later              | must be a time such as 30S or 10M; got later
            mayfly.execution.heartbeat      | 0S                 | must be a time such as 30S or 10M, longer than 0; got 0S
            mayfly.quota.rate-per-second    | 0                  | must be a number of at least 0.01; got 0
            mayfly.docker.host              | localhost:2375     | must be unix:///PATH or tcp://HOST:PORT; got localhost:2375
            mayfly.store.url                | mysql://db/mayfly  | must be sqlite:FILE or jdbc:postgresql://HOST:PORT/NAME; got mysql://db/mayfly
            mayfly.webhook.allowed-networks | 10.0.0.0/8,mine    | must be networks such as 10.1.0.0/16,fd00::/8; got 10.0.0.0/8,mine
            mayfly.service                  | ''                 | must not be empty
            """)
    void wrongSettingIsOneLine(String name, String value, String reason) {
        assertThat(startWith(Map.of(name, value))).isEqualTo(new StartFailure(2, List.of(name + " " + reason)));
    }

    @Test
    void eachWrongSettingHasItsLine() {
        assertThat(startWith(Map.of("mayfly.pool.capacity", "x", "mayfly.engine", "podman")).lines()).hasSize(2);
    }

    @Test
    void ourOwnRefusalIsFoundBelowWhatTheFrameworkMakesOfIt() {
        var refusal = new IllegalStateException("error creating a bean", new SettingException("refusing to listen"));
        assertThat(StartFailure.of(refusal)).isEqualTo(new StartFailure(2, List.of("refusing to listen")));
    }

    @Test
    void takenPortIsNamed() {
        StartFailure failure = StartFailure.of(new IllegalStateException(new QuarkusBindException("127.0.0.1", 8080, new BindException())));
        assertThat(failure.lines()).singleElement().asString().contains("127.0.0.1", "8080", "quarkus.http.port");
    }

    @Test
    void bugIsNotMistakenForASetting() {
        assertThat(StartFailure.of(new IllegalArgumentException("oh"))).isEqualTo(new StartFailure(70, List.of()));
    }
}
