package dev.mayfly.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.oci.OciSettings;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The defaults that the README names, and that it names every key.
class MayflyConfigTest {
    private final MayflyConfig config =
            new SmallRyeConfigBuilder()
                    .withConverter(Duration.class, 100, new DurationConverter())
                    .withMapping(MayflyConfig.class)
                    .build()
                    .getConfigMapping(MayflyConfig.class);

    @Test
    void defaultsAreThese() {
        assertThat(config.runtimes()).isEqualTo(Path.of("runtimes"));
        assertThat(config.defaultRuntimes()).isEmpty();
        assertThat(config.lockFolder()).isEqualTo(Path.of("/run/mayfly"));
        assertThat(config.service()).isEqualTo("mayfly");
        assertThat(config.docker().host()).isEmpty();
        assertThat(List.of(config.docker().callTimeout(), config.docker().readyTimeout())).containsOnly(Duration.ofSeconds(30));
        assertThat(config.image()).isEmpty();
        assertThat(config.engine()).isEmpty();
        assertThat(config.oci().runtime()).isEmpty();
        assertThat(config.oci().images()).isEqualTo(OciSettings.IMAGES);
        assertThat(config.oci().keeper()).isEqualTo(Path.of("target/keeper"));
        assertThat(List.of(config.oci().callTimeout(), config.oci().readyTimeout())).containsOnly(Duration.ofSeconds(30));
        assertThat(config.pool().capacity()).isEqualTo(24);
        assertThat(config.pool().memoryMib()).isEqualTo(8192);
        assertThat(config.pool().minWarm()).isEqualTo(2);
        assertThat(config.pool().maxWarm()).isEqualTo(6);
        assertThat(config.pool().parallelCreates()).isEqualTo(4);
        assertThat(config.pool().maxIdle()).isEqualTo(Duration.ofMinutes(10));
        assertThat(config.pool().refreshInterval()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.execution().maxBodyMib()).isEqualTo(24);
        assertThat(config.execution().maxWaiting()).isEqualTo(256);
        assertThat(config.execution().bulkSlots()).isEqualTo(4);
        assertThat(config.kafka().enabled()).isFalse();
        assertThat(config.kafka().worker()).isEqualTo("worker");
        assertThat(config.kafka().topicPrefix()).isEqualTo("mayfly");
        assertThat(config.kafka().partitions()).isEqualTo(12);
        assertThat(config.kafka().replication()).isEqualTo((short) -1);
        assertThat(config.kafka().maxRecordMib()).isEqualTo(8);
        assertThat(config.kafka().rememberedIds()).isEqualTo(50_000);
        assertThat(config.kafka().maxAttempts()).isEqualTo(8);
        assertThat(config.execution().patience()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.execution().heartbeat()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.shutdown().delay()).isEqualTo(Duration.ofSeconds(3));
        assertThat(config.execution().drain()).isEqualTo(Duration.ofSeconds(20));
        assertThat(config.execution().stall()).isEqualTo(Duration.ofSeconds(30));
        assertThat(List.of(config.socket().maxPerTenant(), config.socket().maxPerAddress())).containsOnly(256);
        assertThat(config.socket().maxIdle()).isEqualTo(Duration.ofMinutes(5));
        assertThat(config.store().url()).isEqualTo("sqlite:/var/lib/mayfly/mayfly.db");
        assertThat(config.store().maxMib()).isEqualTo(10_240);
        assertThat(config.store().minFreeMib()).isEqualTo(512);
        assertThat(config.store().retention()).isEqualTo(Duration.ofHours(24));
        assertThat(config.async().slots()).isEqualTo(8);
        assertThat(config.async().maxQueued()).isEqualTo(100_000);
        assertThat(config.async().replicaTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.async().maxAttempts()).isEqualTo(5);
        assertThat(config.http().allowedOrigins()).isEmpty();
        assertThat(config.http().allowedHosts()).isEmpty();
        assertThat(config.http().maxConnectionsPerAddress()).isEqualTo(1536);
        assertThat(config.http().playground()).isTrue();
        assertThat(config.e2b().runtimes()).containsExactly("python-data", "python");
        assertThat(config.mcp().keptMib()).isEqualTo(32);
        assertThat(config.mcp().keptMibPerTenant()).isEqualTo(8);
        assertThat(config.mcp().keptFor()).isEqualTo(Duration.ofMinutes(10));
        assertThat(config.webhook().allowedNetworks()).isEmpty();
        assertThat(config.webhook().timeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.webhook().firstRetry()).isEqualTo(Duration.ofSeconds(5));
        assertThat(List.of(config.webhook().giveUpAfter(), config.webhook().secretOverlap())).containsOnly(Duration.ofHours(24));
    }
}
