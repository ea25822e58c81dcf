package dev.mayfly.http;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;
import java.time.Duration;

/// The connection of a WebSocket whose program has ended stays until its client has read everything: to close one that
/// has sent input which nobody took would take the output with it that is still on its way, as TCP does then (RFC
/// 1122, 4.2.2.13).
@Singleton
class SlowReaders implements HttpServerOptionsCustomizer {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        options.setWebSocketClosingTimeout((int) PATIENCE.toSeconds());
    }
}
