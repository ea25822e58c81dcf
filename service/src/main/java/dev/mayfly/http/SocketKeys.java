package dev.mayfly.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Arrays;

/// Keys of browsers over WebSocket, where a page can choose subprotocols but no header: `new WebSocket(url, ["mayfly",
/// "bearer." + key])`.
///
/// The answer chooses `mayfly`, never the key.
@Singleton
class SocketKeys {
    private static final int BEFORE_AUTHENTICATION = 5_000;
    private static final String KEY = "bearer.";

    private final Access access;

    SocketKeys(Access access) {
        this.access = access;
    }

    void register(@Observes Filters filters) {
        filters.register(this::takeKey, BEFORE_AUTHENTICATION);
    }

    private void takeKey(RoutingContext exchange) {
        MultiMap headers = exchange.request().headers();
        if (!headers.contains(HttpHeaderNames.AUTHORIZATION)) {
            headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL).stream()
                    .flatMap(line -> Arrays.stream(line.split(",", -1)))
                    .map(String::strip)
                    .filter(protocol -> protocol.startsWith(KEY))
                    .findFirst()
                    .ifPresent(protocol -> headers.set(HttpHeaderNames.AUTHORIZATION, "Bearer " + protocol.substring(KEY.length())));
        }
        boolean upgrade = "websocket".equalsIgnoreCase(headers.get(HttpHeaderNames.UPGRADE));
        // the framework's own answer would be an empty one
        if (upgrade && !access.isOpen() && !headers.contains(HttpHeaderNames.AUTHORIZATION)) {
            ProblemAnswer.send(exchange, ProblemKind.UNAUTHORIZED, "send Authorization: Bearer and an API key, or the subprotocols mayfly and bearer.KEY");
            return;
        }
        exchange.next();
    }
}
