package dev.mayfly.http;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.timeout.IdleStateHandler;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// A connection on which nothing is asked, or a request does not come to the end of its headers, goes after
/// quarkus.http.idle-timeout, so that idle ones do not shut out others. While a request is answered, silence is usual:
/// a program may run for minutes before it writes.
@Singleton
class IdleConnections {
    private static final int BEFORE_ALL_OTHERS = 30_000;
    private static final String HANDLER = "idle"; // Vert.x' own name for it
    private static final Duration WHILE_ANSWERED = Duration.ofMinutes(6); // longer than any execution may take
    private static final int REFUSED = 300;

    private final Duration idleTimeout;

    IdleConnections(@ConfigProperty(name = "quarkus.http.idle-timeout") Duration idleTimeout) {
        this.idleTimeout = idleTimeout;
    }

    void register(@Observes Filters filters) {
        filters.register(this::bePatient, BEFORE_ALL_OTHERS);
    }

    private void bePatient(RoutingContext exchange) {
        if (exchange.request().connection() instanceof ConnectionBase connection) {
            ChannelPipeline pipeline = connection.channelHandlerContext().pipeline();
            boolean socket = LiveSockets.isAt(String.valueOf(exchange.request().path()));
            closeAfter(WHILE_ANSWERED, pipeline);
            exchange.addEndHandler(answered -> {
                if (!socket || exchange.response().getStatusCode() >= REFUSED) { // a WebSocket lives on
                    closeAfter(idleTimeout, pipeline);
                }
            });
        }
        exchange.next();
    }

    private static void closeAfter(Duration silence, ChannelPipeline pipeline) {
        if (pipeline.get(HANDLER) != null) {
            pipeline.replace(HANDLER, HANDLER, new IdleStateHandler(0, 0, silence.toMillis(), TimeUnit.MILLISECONDS));
        }
    }
}
