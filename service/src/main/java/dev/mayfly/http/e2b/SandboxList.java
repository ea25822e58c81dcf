package dev.mayfly.http.e2b;

import static dev.mayfly.execution.RejectedException.invalid;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mayfly.execution.RejectedException;
import dev.mayfly.http.e2b.SandboxViews.SandboxInfo;
import dev.mayfly.session.Session;
import jakarta.ws.rs.core.Response;
import java.net.URLDecoder;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which sandboxes are listed, and how many at a time.
///
/// @param metadata that they must have
/// @param running whether those that run are wanted; there are no others
record SandboxList(Map<String, String> metadata, boolean running, Instant startedAfter, @Nullable String template, boolean newestFirst, int limit, int from) {
    private static final int MOST = 100;

    static SandboxList of(
            @Nullable String metadata, @Nullable String state, @Nullable String startedAfter, @Nullable String template, @Nullable String order, @Nullable String limit, @Nullable String nextToken)
            throws RejectedException {
        boolean running = state == null || Arrays.asList(state.split(",")).contains("running");
        return new SandboxList(pairs(metadata), running, instant(startedAfter), template, "desc".equalsIgnoreCase(order), number("limit", limit, 1, MOST, MOST),
                number("nextToken", nextToken, 0, Integer.MAX_VALUE, 0));
    }

    /// As clients write it: a query string, whose names and values are written as one once more.
    private static Map<String, String> pairs(@Nullable String metadata) throws RejectedException {
        Map<String, String> pairs = new HashMap<>();
        for (String pair : metadata == null ? new String[0] : metadata.split("&")) {
            int equals = pair.indexOf('=');
            if (equals < 0) {
                throw invalid("metadata", "metadata must be pairs of a name and a value, such as a=1&b=2");
            }
            pairs.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
        }
        return pairs;
    }

    private static String decoded(String text) throws RejectedException {
        try {
            return URLDecoder.decode(URLDecoder.decode(text, UTF_8), UTF_8);
        } catch (IllegalArgumentException e) {
            throw invalid("metadata", "metadata is not encoded as a query string: " + e.getMessage());
        }
    }

    private static Instant instant(@Nullable String time) throws RejectedException {
        try {
            return time == null ? Instant.MIN : Instant.parse(time);
        } catch (DateTimeException e) {
            throw invalid("startedAfter", "startedAfter must be a time such as 2026-01-01T00:00:00Z; got " + time);
        }
    }

    private static int number(String field, @Nullable String text, int min, int max, int usual) throws RejectedException {
        if (text == null) {
            return usual;
        }
        long number = text.matches("[0-9]{1,10}") ? Long.parseLong(text) : -1;
        if (number < min || number > max) {
            throw invalid(field, "%s must be between %d and %d; got %s".formatted(field, min, max, text));
        }
        return (int) number;
    }

    Response answer(List<Session> all) {
        List<Session> wanted = all.stream().filter(this::isWanted).toList();
        List<SandboxInfo> page = (newestFirst ? wanted.reversed() : wanted).stream().skip(from).limit(limit).map(SandboxInfo::of).toList();
        Response.ResponseBuilder answer = Response.ok(page);
        return (from + page.size() < wanted.size() ? answer.header("x-next-token", from + page.size()) : answer).build();
    }

    private boolean isWanted(Session session) {
        return running && session.labels().entrySet().containsAll(metadata.entrySet()) && session.begun().isAfter(startedAfter) && (template == null || template.equals(session.runtime()));
    }
}
