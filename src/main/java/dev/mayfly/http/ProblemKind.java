package dev.mayfly.http;

import java.net.URI;
import java.util.Locale;

/// Every kind of problem with which a request is answered.
enum ProblemKind {
    FOREIGN_ORIGIN(403, "The page's origin is not allowed"),
    FOREIGN_HOST(403, "The service does not answer under this host name"),
    UNSUPPORTED_MEDIA_TYPE(415, "The body is not application/json");

    private final int status;
    private final String title;

    ProblemKind(int status, String title) {
        this.status = status;
        this.title = title;
    }

    int status() {
        return status;
    }

    String title() {
        return title;
    }

    /// Where it is explained.
    URI type() {
        return URI.create("/problems/" + name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
}
