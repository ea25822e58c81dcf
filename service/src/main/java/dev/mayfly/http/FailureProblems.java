package dev.mayfly.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;

/// What fails outside of the resources is a problem, too, where it is the caller's fault.
@Singleton
class FailureProblems {
    private static final int BEFORE_THE_FRAMEWORK = Integer.MIN_VALUE;

    void register(@Observes Router router) {
        router.route().order(BEFORE_THE_FRAMEWORK).failureHandler(FailureProblems::answer);
    }

    private static void answer(RoutingContext exchange) {
        Optional<ProblemKind> kind = ProblemKind.of(status(exchange)).filter(problem -> problem.status() < 500);
        if (kind.isEmpty() || exchange.response().ended()) {
            exchange.next();
            return;
        }
        exchange.response().putHeader(HttpHeaderNames.DATE, HttpRules.date());
        ProblemAnswer.send(exchange, kind.get(), kind.get().explanation());
    }

    private static int status(RoutingContext exchange) {
        return switch (exchange.failure()) {
            case ForbiddenException forbidden -> 403;
            case UnauthorizedException unknown -> 401;
            case AuthenticationFailedException unknown -> 401;
            case null, default -> exchange.statusCode();
        };
    }
}
