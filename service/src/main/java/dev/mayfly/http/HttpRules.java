package dev.mayfly.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.quarkus.vertx.http.runtime.HttpCompressionHandler;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What RFC 9110 and 9112 ask of a server, and the framework leaves out.
@Singleton
class HttpRules {
    private static final int FIRST_OF_ALL = 20_000;
    private static final int BEHIND_THE_GUARD = 9_000;
    private static final int MAX_URI_LENGTH = 8192;
    private static final int MAX_HEADERS_LENGTH = 16_384;
    /// Of answers that do not come from a resource, where the framework leaves compression to us.
    private static final Set<String> OPERATORS_TYPES = Set.of("application/yaml", "application/openmetrics-text", "text/plain");
    private static final String DOCUMENT = "/openapi";
    private static final String DOCUMENT_PAGE = "/openapi/ui/";
    private static final DateTimeFormatter IMF_DATE = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US).withZone(ZoneOffset.UTC);

    private final Routes routes = Routes.ofTheApi();

    void register(@Observes Filters filters) {
        filters.register(HttpRules::checkForm, FIRST_OF_ALL);
        filters.register(HttpRules::checkMediaTypes, BEHIND_THE_GUARD);
        filters.register(this::checkMethodAndQuery, BEHIND_THE_GUARD - 1);
        filters.register(HttpRules::showDocumentAsPage, BEHIND_THE_GUARD - 2);
    }

    static String date() {
        return IMF_DATE.format(Instant.now());
    }

    private static void checkForm(RoutingContext exchange) {
        HttpServerRequest request = exchange.request();
        exchange.response().putHeader(HttpHeaderNames.DATE, date());
        exchange.addHeadersEndHandler(written -> HttpCompressionHandler.compressIfNeeded(exchange, OPERATORS_TYPES));
        if (request.version() != HttpVersion.HTTP_1_0 && request.version() != HttpVersion.HTTP_1_1) {
            ProblemAnswer.send(exchange, ProblemKind.MALFORMED_REQUEST, "the service speaks HTTP/1.1");
        } else if (request.headers().getAll(HttpHeaderNames.HOST).size() > 1) {
            ProblemAnswer.send(exchange, ProblemKind.MALFORMED_REQUEST, "a request must have exactly one Host header");
        } else if (!request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING).stream().allMatch("chunked"::equalsIgnoreCase)) {
            ProblemAnswer.send(exchange, ProblemKind.MALFORMED_REQUEST, "Transfer-Encoding must be chunked");
        } else if (request.uri().length() > MAX_URI_LENGTH) {
            ProblemAnswer.send(exchange, ProblemKind.URI_TOO_LONG, "the URI must have at most %d characters; got %d".formatted(MAX_URI_LENGTH, request.uri().length()));
        } else if (length(request.headers()) > MAX_HEADERS_LENGTH) {
            ProblemAnswer.send(exchange, ProblemKind.HEADERS_TOO_LARGE, "the headers must have at most %d bytes; got %d".formatted(MAX_HEADERS_LENGTH, length(request.headers())));
        } else {
            exchange.next();
        }
    }

    private static int length(MultiMap headers) {
        int length = 0;
        for (Map.Entry<String, String> header : headers) {
            length += header.getKey().length() + header.getValue().length() + ": \r\n".length();
        }
        return length;
    }

    private static void checkMediaTypes(RoutingContext exchange) {
        if (WebFunctionResource.isAt(exchange)) {
            exchange.next(); // what it takes and gives is the function's to say
            return;
        }
        MultiMap headers = exchange.request().headers();
        List<String> encodings = headers.getAll(HttpHeaderNames.CONTENT_ENCODING);
        Optional<String> accept = MediaTypes.acceptable(String.join(", ", headers.getAll(HttpHeaderNames.ACCEPT)));
        if (!encodings.stream().allMatch("identity"::equalsIgnoreCase)) {
            exchange.response().putHeader(HttpHeaderNames.ACCEPT_ENCODING, "identity");
            ProblemAnswer.send(exchange, ProblemKind.UNSUPPORTED_MEDIA_TYPE, "the body must not have a Content-Encoding");
        } else if (accept.isEmpty()) {
            ProblemAnswer.send(exchange, ProblemKind.MALFORMED_REQUEST, "Accept must be a list of media types with weights from 0 to 1");
        } else if (accept.get().isBlank() && headers.getAll(HttpHeaderNames.ACCEPT).stream().anyMatch(line -> !line.isBlank())) {
            ProblemAnswer.send(exchange, ProblemKind.NOT_ACCEPTABLE, "Accept excludes everything");
        } else {
            if (headers.contains(HttpHeaderNames.ACCEPT)) {
                headers.set(HttpHeaderNames.ACCEPT, accept.get());
            }
            exchange.next();
        }
    }

    /// A browser, which says that it takes HTML, would save the API's document as a file.
    private static void showDocumentAsPage(RoutingContext exchange) {
        HttpServerRequest request = exchange.request();
        boolean read = request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
        if (!read || !exchange.normalizedPath().equals(DOCUMENT)) {
            exchange.next();
            return;
        }
        exchange.response().putHeader(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT);
        if (exchange.queryParams().contains("format") || request.headers().getAll(HttpHeaderNames.ACCEPT).stream().noneMatch(types -> types.contains("text/html"))) {
            exchange.next();
        } else {
            exchange.response().setStatusCode(303).putHeader(HttpHeaderNames.LOCATION, DOCUMENT_PAGE).end();
        }
    }

    private static boolean isHandshake(HttpServerRequest request) {
        return request.headers().contains(HttpHeaderNames.UPGRADE, "websocket", true) && request.headers().contains(HttpHeaderNames.SEC_WEBSOCKET_KEY);
    }

    private void checkMethodAndQuery(RoutingContext exchange) {
        HttpServerRequest request = exchange.request();
        if (LiveSockets.isAt(exchange.normalizedPath()) && request.method().equals(HttpMethod.GET) && !isHandshake(request)) {
            exchange.response().putHeader(HttpHeaderNames.CONNECTION, "Upgrade").putHeader(HttpHeaderNames.UPGRADE, "websocket");
            ProblemAnswer.send(exchange, ProblemKind.UPGRADE_REQUIRED, ProblemKind.UPGRADE_REQUIRED.explanation());
            return;
        }
        Set<String> methods = routes.methods(exchange.normalizedPath());
        if (methods.isEmpty()) {
            exchange.next(); // another handler may know the path
            return;
        }
        if (request.method().equals(HttpMethod.OPTIONS)) {
            exchange.response().putHeader(HttpHeaderNames.ALLOW, String.join(", ", methods)).setStatusCode(204).end();
            return;
        }
        if (!methods.contains(request.method().name())) {
            exchange.response().putHeader(HttpHeaderNames.ALLOW, String.join(", ", methods));
            ProblemAnswer.send(exchange, ProblemKind.METHOD_NOT_ALLOWED, "the resource has %s".formatted(String.join(", ", methods)));
            return;
        }
        Optional<Routes.Wrong> wrong = routes.wrongParameter(exchange.normalizedPath(), request.method().name(), exchange.queryParams());
        if (wrong.isPresent()) {
            ProblemAnswer.sendInvalid(exchange, wrong.get().parameter(), wrong.get().reason());
            return;
        }
        exchange.next();
    }
}
