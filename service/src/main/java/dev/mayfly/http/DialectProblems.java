package dev.mayfly.http;

import io.quarkiverse.resteasy.problem.HttpProblem;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.lang.annotation.Annotation;
import java.util.Objects;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/// Writes the resources' problems in the form of the protocol that is spoken. The framework makes its filters before
/// there are settings, which dialects may have: none is injected here.
@Singleton
public class DialectProblems {
    @ServerResponseFilter
    public void translate(ContainerResponseContext answer, RoutingContext exchange) {
        if (answer.getEntity() instanceof HttpProblem problem) {
            Dialect.of(exchange).ifPresent(dialect -> translate(problem, dialect, answer, exchange));
        }
    }

    private static void translate(HttpProblem problem, Dialect dialect, ContainerResponseContext answer, RoutingContext exchange) {
        String title = Objects.requireNonNullElse(problem.getTitle(), "");
        String detail = Objects.requireNonNullElse(problem.getDetail(), title);
        answer.setStatus(dialect.status(problem.getStatusCode()));
        answer.setEntity(dialect.error(new Dialect.Problem(problem.getStatusCode(), String.valueOf(problem.getType()), title, detail)),
                new Annotation[0], MediaType.APPLICATION_JSON_TYPE);
        if (problem.getStatusCode() == ProblemKind.UNAUTHORIZED.status()) {
            answer.getHeaders().putSingle(HttpHeaders.WWW_AUTHENTICATE, dialect.challenge(exchange));
        }
    }
}
