package dev.mayfly.wiring;

import dev.mayfly.execution.Dispatcher;
import dev.mayfly.execution.HeapBudget;
import dev.mayfly.session.SessionSettings;
import dev.mayfly.session.SessionSettingsBuilder;
import dev.mayfly.session.Sessions;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;

/// Builds from the configuration what holds sessions.
public class SessionBeans {
    @Produces
    @Singleton
    SessionSettings settings(MayflyConfig config) {
        var sessions = config.sessions();
        return SessionSettingsBuilder.builder()
                .replica(config.async().replica())
                .most(sessions.max().orElse(Math.max(1, config.pool().capacity() / 2)))
                .mostOfTenant(sessions.maxPerTenant())
                .usualTime(sessions.ttl())
                .maxTime(sessions.maxTtl())
                .usualIdle(sessions.idle())
                .grace(sessions.grace())
                .maxFileBytes(config.execution().maxBodyMib() << 20)
                .build();
    }

    /// What cells and commands may write has a budget of its own.
    @Produces
    @Singleton
    Sessions sessions(Dispatcher dispatcher, SessionSettings settings) {
        return new Sessions(dispatcher, settings, new HeapBudget(Duration.ZERO), InstantSource.system());
    }

    void release(@Disposes Sessions sessions) {
        sessions.close();
    }
}
