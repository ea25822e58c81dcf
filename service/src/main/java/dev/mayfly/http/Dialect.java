package dev.mayfly.http;

import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Optional;

/// How a foreign protocol differs from ours on its paths, beside what its resources do: the form of its errors, which
/// clients read whoever found what is wrong.
public interface Dialect {
    /// Whether it is spoken at this path.
    boolean isSpokenAt(String path);

    /// The status that its clients know in place of ours.
    int status(int ours);

    /// The body of an error, as JSON.
    Map<String, Object> error(String detail);

    /// Whether its clients send their JSON as text/plain.
    boolean takesPlainText();

    /// Empty where our own is spoken.
    static Optional<Dialect> of(RoutingContext exchange) {
        return Optional.ofNullable(exchange.get(Dialects.SPOKEN));
    }
}
