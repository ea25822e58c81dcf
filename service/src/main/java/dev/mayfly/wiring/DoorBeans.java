package dev.mayfly.wiring;

import dev.mayfly.access.AccessFile;
import dev.mayfly.access.SessionTokens;
import dev.mayfly.execution.Quota;
import dev.mayfly.execution.Quotas;
import dev.mayfly.http.Access;
import dev.mayfly.http.BrowserSettings;
import dev.mayfly.http.DoorSettings;
import dev.mayfly.http.ServiceInfo;
import dev.mayfly.http.SocketSettings;
import dev.mayfly.http.e2b.E2bSettings;
import dev.mayfly.http.mcp.McpSettings;
import dev.mayfly.kafka.KafkaSettings;
import dev.mayfly.kafka.KafkaSettingsBuilder;
import dev.mayfly.sandbox.SandboxEngine;
import dev.mayfly.trace.Traces;
import dev.mayfly.wire.Topics;
import io.opentelemetry.api.OpenTelemetry;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Takes from the configuration, each once, what the doors may take of the machine and whom they let in.
public class DoorBeans {
    private static final int IN_HAND_FOR_EACH_SLOT = 4;

    @Produces
    @Singleton
    AccessFile accessFile(MayflyConfig config) {
        return new AccessFile(config.access().file());
    }

    @Produces
    @Singleton
    Quotas quotas(MayflyConfig config, AccessFile file) {
        var quota = config.quota();
        var usual = new Quota(quota.ratePerSecond(), quota.concurrency(), quota.cpuPerDay());
        return new Quotas(tenant -> file.content().tenants().getOrDefault(tenant, Quota.NONE).or(usual), InstantSource.system());
    }

    /// Refuses to be built to others without a way to authenticate them.
    @Produces
    @Singleton
    Access access(
            AccessFile file,
            @ConfigProperty(name = "quarkus.http.host") String host,
            @ConfigProperty(name = "quarkus.oidc.tenant-enabled") boolean tokens) {
        boolean loopbackOnly = isLoopback(host);
        if (!loopbackOnly && !tokens && file.content().keys().isEmpty()) {
            throw new SettingException(("refusing to listen on %s: without API keys everybody who can reach it could run programs; "
                    + "make one with `mayfly keys create`, or use 127.0.0.1").formatted(host));
        }
        return new Access(file, loopbackOnly, tokens);
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new SettingException("quarkus.http.host must be a name or an address of this host; got " + host, e);
        }
    }

    @Produces
    @Singleton
    KafkaSettings bulkDoor(MayflyConfig config) {
        var kafka = config.kafka();
        return KafkaSettingsBuilder.builder()
                .enabled(kafka.enabled())
                .worker(kafka.worker())
                .topics(new Topics(kafka.topicPrefix()))
                .partitions(kafka.partitions())
                .replication(kafka.replication())
                .maxRecordBytes(kafka.maxRecordMib() << 20)
                .rememberedIds(kafka.rememberedIds())
                .maxAttempts(kafka.maxAttempts())
                .maxInHand(IN_HAND_FOR_EACH_SLOT * config.execution().bulkSlots())
                .drain(config.execution().drain())
                .build();
    }

    @Produces
    @Singleton
    SocketSettings sockets(MayflyConfig config, @ConfigProperty(name = "quarkus.websockets-next.server.max-message-size") long maxMessageBytes) {
        return new SocketSettings(config.socket().maxPerTenant(), config.socket().maxPerAddress(), maxMessageBytes, config.execution().stall(), config.socket().maxIdle());
    }

    @Produces
    @Singleton
    DoorSettings door(MayflyConfig config) {
        var execution = config.execution();
        return new DoorSettings(
                execution.maxBodyMib() << 20, execution.patience(), execution.heartbeat(), execution.stall(), config.access().tenantClaim(), config.http().playground());
    }

    @Produces
    @Singleton
    McpSettings mcp(
            MayflyConfig config,
            @ConfigProperty(name = "quarkus.oidc.tenant-enabled") boolean tokens,
            @ConfigProperty(name = "quarkus.oidc.auth-server-url") Optional<String> authorizationServer) {
        var mcp = config.mcp();
        return new McpSettings(mcp.keptMib() << 20, mcp.keptMibPerTenant() << 20, mcp.keptFor(), tokens ? authorizationServer : Optional.empty());
    }

    @Produces
    @Singleton
    SessionTokens tokens() {
        return new SessionTokens();
    }

    @Produces
    @Singleton
    E2bSettings e2b(MayflyConfig config) {
        return new E2bSettings(config.e2b().runtimes());
    }

    @Produces
    @Singleton
    ServiceInfo info(MayflyConfig config, SandboxEngine engine, @ConfigProperty(name = "quarkus.application.version") String version) {
        return new ServiceInfo(version, config.image().orElse(null), engine.engine(), config.async().replica());
    }

    @Produces
    @Singleton
    Traces traces(OpenTelemetry telemetry, @ConfigProperty(name = "quarkus.otel.sdk.disabled") boolean off) {
        return off ? Traces.off() : Traces.to(telemetry);
    }

    @Produces
    @Singleton
    BrowserSettings browsers(MayflyConfig config) {
        var http = config.http();
        return new BrowserSettings(Set.copyOf(http.allowedOrigins().orElse(List.of())), Set.copyOf(http.allowedHosts().orElse(List.of())));
    }
}
