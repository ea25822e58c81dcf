package dev.mayfly.http;

import io.quarkiverse.resteasy.problem.HttpProblem;
import io.quarkus.arc.All;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.MediaType;
import java.lang.annotation.Annotation;
import java.util.List;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/// Finds out which protocol is spoken, before anything can be refused, and writes the resources' problems in its form.
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

    @ServerResponseFilter
    public void translate(ContainerResponseContext answer, RoutingContext exchange) {
        Optional<Dialect> dialect = Dialect.of(exchange);
        if (dialect.isPresent() && answer.getEntity() instanceof HttpProblem problem) {
            String detail = problem.getDetail() == null ? String.valueOf(problem.getTitle()) : problem.getDetail();
            answer.setStatus(dialect.get().status(problem.getStatusCode()));
            answer.setEntity(dialect.get().error(detail), new Annotation[0], MediaType.APPLICATION_JSON_TYPE);
        }
    }
}
