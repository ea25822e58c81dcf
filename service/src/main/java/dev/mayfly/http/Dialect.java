package dev.mayfly.http;

import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/// How a foreign protocol differs from ours on its paths, beside what its resources do: the form of its errors,
/// which is the same for those of the filters, the resources and the framework.
public interface Dialect {
    /// What is wrong, as our own paths would report it.
    record Problem(int status, String type, String title, String detail) {}

    /// Whether it is spoken at this path.
    boolean isSpokenAt(String path);

    /// The body of an error, as JSON.
    String error(Problem problem);

    /// The status that its clients know in place of ours.
    default int status(int ours) {
        return ours;
    }

    /// `WWW-Authenticate` of a 401.
    default String challenge(RoutingContext exchange) {
        return ProblemAnswer.CHALLENGE;
    }

    /// Whether its clients send their JSON as text/plain.
    default boolean takesPlainText() {
        return false;
    }

    /// Whether bodies may be of this media type, beside JSON and bytes: one that no page of another origin can send
    /// without asking first, or that says nothing without a header which such a page cannot send.
    default boolean takes(String mediaType) {
        return false;
    }

    /// Empty where our own is spoken.
    static Optional<Dialect> of(RoutingContext exchange) {
        return Optional.ofNullable(exchange.get(Dialects.SPOKEN));
    }
}
