package dev.mayfly.http;

import io.quarkus.arc.All;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;

/// Finds out which protocol is spoken, before anything can be refused.
@Singleton
public class Dialects {
    static final String SPOKEN = "mayfly.dialect";
    private static final int BEFORE_THE_FIRST_REFUSAL = 25_000;

    private final List<Dialect> dialects;

    public Dialects(@All List<Dialect> dialects) {
        this.dialects = List.copyOf(dialects);
    }

    void register(@Observes Filters filters) {
        filters.register(this::listen, BEFORE_THE_FIRST_REFUSAL);
    }

    private void listen(RoutingContext exchange) {
        dialects.stream().filter(dialect -> dialect.isSpokenAt(exchange.normalizedPath())).findFirst().ifPresent(dialect -> exchange.put(SPOKEN, dialect));
        exchange.next();
    }
}
