package dev.mayfly.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.CorsHandler;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Browsers are strangers: what any page can make a browser send is refused on every route, WebSocket included, before
/// anything else looks at it.
///
/// A page of an origin that is not listed gets nothing. While no key is needed, the service answers only under names
/// that no stranger can point at it (a page whose own name leads to loopback would count as of the same origin). A
/// body is application/json, which a page cannot send without asking first; for exceptions see `Dialect`.
@Singleton
class BrowserGuard {
    private static final int BEFORE_ALL_OTHERS = 10_000;
    private static final String FETCH_SITE = "Sec-Fetch-Site";
    private static final Set<String> SAME_SITE = Set.of("same-origin", "none");
    private static final int REMEMBERED_SECONDS = 600;
    private static final Set<HttpMethod> METHODS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE);
    private static final Set<HttpMethod> WITH_BODY = Set.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH);

    private final BrowserSettings settings;
    private final Access access;
    private final CorsHandler cors;

    BrowserGuard(BrowserSettings settings, Access access) {
        this.settings = settings;
        this.access = access;
        cors = CorsHandler.create()
                .addOrigins(List.copyOf(settings.allowedOrigins()))
                .allowedMethods(METHODS)
                .allowedHeaders(Set.of("Authorization", "Content-Type", "Accept", "Prefer", "Idempotency-Key", "Last-Event-ID", "If-Match", "If-None-Match", "MCP-Protocol-Version", "Mcp-Method", "Mcp-Name"))
                .exposedHeaders(Set.of("Location", "ETag", "Retry-After", "Preference-Applied", "Idempotent-Replayed", "RateLimit", "RateLimit-Policy", "WWW-Authenticate"))
                .allowPrivateNetwork(true)
                .maxAgeSeconds(REMEMBERED_SECONDS);
    }

    void guard(@Observes Filters filters) {
        filters.register(this::checkHost, BEFORE_ALL_OTHERS);
        filters.register(this::checkOrigin, BEFORE_ALL_OTHERS - 1);
        filters.register(BrowserGuard::checkBody, BEFORE_ALL_OTHERS - 2);
    }

    private void checkHost(RoutingContext exchange) {
        HttpServerRequest request = exchange.request();
        List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
        // as some load balancers ask for health
        boolean noBrowser = hosts.isEmpty() && request.version() == HttpVersion.HTTP_1_0;
        if (access.isOpen() && !noBrowser && (hosts.size() != 1 || !settings.allowsHost(hosts.getFirst()))) {
            ProblemAnswer.send(exchange, ProblemKind.FOREIGN_HOST,
                    "without keys the service answers under localhost, 127.0.0.1 and [::1] only; list further names in mayfly.http.allowed-hosts");
            return;
        }
        exchange.next();
    }

    private void checkOrigin(RoutingContext exchange) {
        HttpServerRequest request = exchange.request();
        List<String> origins = request.headers().getAll(HttpHeaderNames.ORIGIN);
        boolean listed = origins.size() == 1 && settings.allowsOrigin(origins.getFirst());
        if (WebFunctionResource.isAt(exchange)) {
            exchange.next(); // it asks itself, where it is not open to everybody
            return;
        }
        if (listed) {
            cors.handle(exchange);
            return;
        }
        if (isForeign(exchange)) {
            ProblemAnswer.send(exchange, ProblemKind.FOREIGN_ORIGIN, "pages of other origins may use the service when mayfly.http.allowed-origins lists them");
            return;
        }
        exchange.next();
    }

    /// Whether a page sends it that is neither ours nor of a listed origin.
    boolean isForeign(RoutingContext exchange) {
        HttpServerRequest request = exchange.request();
        String host = String.valueOf(request.getHeader(HttpHeaderNames.HOST));
        List<String> origins = request.headers().getAll(HttpHeaderNames.ORIGIN);
        if (origins.size() == 1 && settings.allowsOrigin(origins.getFirst())) {
            return false;
        }
        return ("cross-site".equalsIgnoreCase(request.getHeader(FETCH_SITE)) && !isFollowedLink(exchange)) || !origins.stream().allMatch(origin -> BrowserSettings.isOwn(origin, host));
    }

    /// Whether a page may have sent it that is not ours, while no key shows who sends it. A browser says where a request
    /// comes from, but not to a name without TLS that is not loopback's.
    boolean isPage(RoutingContext exchange) {
        String site = exchange.request().getHeader(FETCH_SITE);
        boolean ours = site == null ? settings.isLoopback(String.valueOf(exchange.request().getHeader(HttpHeaderNames.HOST))) : SAME_SITE.contains(site.toLowerCase(Locale.ROOT));
        return isForeign(exchange) || (access.isOpen() && !ours);
    }

    /// To the playground, from a page of another site: what comes is a page of ours, which that page can neither read nor
    /// frame, and which runs nothing by itself.
    private static boolean isFollowedLink(RoutingContext exchange) {
        HttpServerRequest request = exchange.request();
        return request.method().equals(HttpMethod.GET) && exchange.normalizedPath().equals("/")
                && "navigate".equals(request.getHeader("Sec-Fetch-Mode")) && "document".equals(request.getHeader("Sec-Fetch-Dest"));
    }

    private static void checkBody(RoutingContext exchange) {
        HttpServerRequest request = exchange.request();
        if (WebFunctionResource.isAt(exchange)) {
            exchange.next(); // what it takes is the function's to say
            return;
        }
        List<String> types = request.headers().getAll(HttpHeaderNames.CONTENT_TYPE);
        if (types.isEmpty() ? hasBody(request) : WITH_BODY.contains(request.method()) && types.stream().allMatch(MediaTypes::isOne) && !isTaken(types.getFirst(), exchange)) {
            ProblemAnswer.send(exchange, ProblemKind.UNSUPPORTED_MEDIA_TYPE, "Content-Type must be application/json; got " + (types.isEmpty() ? "none" : "another one"));
        } else if (types.size() > 1 || !types.stream().allMatch(MediaTypes::isOne)) {
            ProblemAnswer.send(exchange, ProblemKind.MALFORMED_REQUEST, "Content-Type must be one media type");
        } else {
            exchange.next();
        }
    }

    /// JSON, and bytes where a resource takes them: no page can send either without asking first. Clients of some protocols
    /// send their JSON as text/plain. So can any page, without asking first, but only with its Origin and without a key.
    private static boolean isTaken(String type, RoutingContext exchange) {
        MultiMap headers = exchange.request().headers();
        boolean noPage = headers.contains(HttpHeaderNames.AUTHORIZATION) || !headers.contains(HttpHeaderNames.ORIGIN);
        return MediaTypes.isJson(type) || MediaTypes.isBytes(type) || Dialect.of(exchange).filter(dialect -> dialect.takes(MediaTypes.name(type))).isPresent() || (noPage && Dialect.of(exchange).filter(Dialect::takesPlainText).isPresent() && MediaTypes.isPlainText(type));
    }

    private static boolean hasBody(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaderNames.CONTENT_LENGTH);
        return (length != null && !length.equals("0")) || request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING);
    }
}
