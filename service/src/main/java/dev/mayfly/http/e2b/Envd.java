package dev.mayfly.http.e2b;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mayfly.http.Caller;
import dev.mayfly.http.SessionDoor;
import dev.mayfly.session.Session;
import dev.mayfly.session.SessionEnd;
import io.quarkiverse.resteasy.problem.HttpProblem;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the calls into a sandbox have in common: which one it is, whose user is asked for, and what a path means there.
@Singleton
class Envd {
    static final String SANDBOX = "E2b-Sandbox-Id";
    static final String HOME = "/home/user";
    /// The newest whose features are all there, but for compressed uploads: clients read from it what they may ask for.
    static final String VERSION = "0.6.1";
    private static final Set<String> USERS = Set.of("", "user", "mayfly");
    private static final String BASIC = "Basic ";
    private static final Set<String> CALLS = Set.of("/health", "/files", "/execute", "/contexts");

    private final SessionDoor door;
    private final Caller caller;

    Envd(SessionDoor door, Caller caller) {
        this.door = door;
        this.caller = caller;
    }

    /// Whether calls at this path are into one sandbox: there, and nowhere else, its token proves a client.
    static boolean isInSandbox(String path) {
        String below = E2bDialect.isBelow(path) ? path.substring(E2bDialect.PATH.length()) : "";
        return ConnectDialect.isCalledAt(path) || CALLS.contains(below) || below.startsWith("/contexts/");
    }

    /// Live at this moment; else a problem that clients take for the sandbox's end.
    Session session(RoutingContext exchange) {
        String id = exchange.request().getHeader(SANDBOX);
        if (id == null) {
            throw problem(Response.Status.BAD_REQUEST, "the header " + SANDBOX + " is missing");
        }
        requireUser(userOf(exchange.request().getHeader("Authorization")));
        Optional<Session> live = door.sessions().find(caller.tenant(), id).filter(session -> session.ended().isEmpty());
        return live.orElseThrow(() -> problem(Response.Status.BAD_GATEWAY,
                "the sandbox is not running: " + door.sessions().past(caller.tenant(), id).map(SessionEnd::detail).orElse("no such sandbox on this replica, or it has expired")));
    }

    /// How long a session may last.
    Duration longest() {
        return door.sessions().settings().maxTime();
    }

    /// Of a type that clients of E2B do not ask for.
    static HttpProblem problem(Response.StatusType status, String detail) {
        return HttpProblem.builder().withType(URI.create("about:blank")).withTitle(status.getReasonPhrase()).withStatus(status).withDetail(detail).build();
    }

    private static @Nullable String userOf(@Nullable String authorization) {
        if (authorization == null || !authorization.startsWith(BASIC)) {
            return null;
        }
        try {
            return new String(Base64.getDecoder().decode(authorization.substring(BASIC.length())), UTF_8).replaceFirst(":.*", "");
        } catch (IllegalArgumentException e) {
            throw problem(Response.Status.BAD_REQUEST, "the header Authorization is not valid");
        }
    }

    /// A sandbox has one user, who is not root.
    static void requireUser(@Nullable String user) {
        if (user != null && !USERS.contains(user)) {
            throw problem(Response.Status.BAD_REQUEST, "Mayfly's sandboxes have one user, called user here; got %s".formatted(user));
        }
    }

    /// Absolute; what is relative is below the home folder, which is the work folder by another name.
    static String path(@Nullable String given) {
        if (given == null || given.isEmpty() || given.indexOf('\0') >= 0) {
            throw problem(Response.Status.BAD_REQUEST, "path is missing, empty or has a NUL character");
        }
        String expanded = given.equals("~") ? HOME : given.startsWith("~/") ? HOME + given.substring(1) : given;
        return normal(expanded.startsWith("/") ? expanded : HOME + "/" + expanded);
    }

    /// A path of a sandbox, which is none of this host's: a Java path has only characters of the service's locale.
    private static String normal(String absolute) {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : absolute.split("/", -1)) {
            switch (part) {
                case "", "." -> {}
                case ".." -> parts.pollLast();
                default -> parts.add(part);
            }
        }
        return "/" + String.join("/", parts);
    }
}
