package dev.mayfly.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/// A problem as the answer to a request that does not get as far as a resource.
final class ProblemAnswer {
    static final String MEDIA_TYPE = "application/problem+json";
    /// `WWW-Authenticate` of a 401 at our own paths.
    static final String CHALLENGE = "Bearer";
    private static final long WORTH_READING_BYTES = 1 << 16;

    private ProblemAnswer() {}

    static void send(RoutingContext exchange, ProblemKind kind, String detail) {
        send(exchange, kind, json(kind, detail));
    }

    /// @param field the query parameter or header that is wrong
    static void sendInvalid(RoutingContext exchange, String field, String detail) {
        send(exchange, ProblemKind.INVALID_SUBMISSION, json(ProblemKind.INVALID_SUBMISSION, detail).put("field", field));
    }

    private static void send(RoutingContext exchange, ProblemKind kind, JsonObject problem) {
        Optional<Dialect> dialect = Dialect.of(exchange);
        var response = exchange.response()
                .setStatusCode(dialect.map(its -> its.status(kind.status())).orElse(kind.status()))
                .putHeader(HttpHeaderNames.CONTENT_TYPE, dialect.isPresent() ? "application/json" : MEDIA_TYPE);
        if (kind == ProblemKind.UNAUTHORIZED) {
            response.putHeader(HttpHeaderNames.WWW_AUTHENTICATE, dialect.map(its -> its.challenge(exchange)).orElse(CHALLENGE));
        }
        if (isLong(exchange)) {
            response.putHeader(HttpHeaderNames.CONNECTION, "close");
            exchange.addEndHandler(answered -> exchange.request().connection().close());
        } else {
            exchange.request().resume(); // what is left of the body makes room for the next request
        }
        response.end(dialect.map(its -> its.error(new Dialect.Problem(kind.status(), kind.type().toString(), kind.title(), problem.getString("detail")))).orElseGet(problem::encode));
    }

    static JsonObject json(ProblemKind kind, String detail) {
        return new JsonObject().put("type", kind.type().toString()).put("status", kind.status()).put("title", kind.title()).put("detail", detail);
    }

    private static boolean isLong(RoutingContext exchange) {
        String length = exchange.request().getHeader(HttpHeaderNames.CONTENT_LENGTH);
        return exchange.request().headers().contains(HttpHeaderNames.TRANSFER_ENCODING) || (length != null && Long.parseLong(length) > WORTH_READING_BYTES);
    }
}
