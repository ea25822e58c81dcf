package dev.mayfly.http;

import dev.mayfly.execution.RejectedException;
import dev.mayfly.function.FunctionVersion;
import dev.mayfly.function.Precondition;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Entity tags of functions (RFC 9110, sections 8.8.3 and 13.1): a function's is the digest of its current version.
final class EntityTags {
    private static final String ANY = "*";
    private static final Pattern TAG = Pattern.compile("\\s*(?:W/)?\"([!#-~]*)\"\\s*(?:,|$)");

    private EntityTags() {}

    static String of(FunctionVersion version) {
        return "\"" + version.digest() + "\"";
    }

    /// What `If-Match` and `If-None-Match` demand.
    static Precondition precondition(HttpHeaders headers) throws RejectedException {
        @Nullable String match = headers.getHeaderString(HttpHeaders.IF_MATCH);
        @Nullable String noneMatch = headers.getHeaderString(HttpHeaders.IF_NONE_MATCH);
        if (noneMatch != null && !noneMatch.strip().equals(ANY)) {
            throw RejectedException.invalid(HttpHeaders.IF_NONE_MATCH, "If-None-Match must be *: the function must not exist");
        }
        if (match == null) {
            return noneMatch == null ? Precondition.NONE : new Precondition(Optional.empty(), Optional.of(false));
        }
        if (noneMatch != null) {
            throw RejectedException.invalid(HttpHeaders.IF_NONE_MATCH, "either If-Match or If-None-Match must be given; got both");
        }
        return match.strip().equals(ANY) ? new Precondition(Optional.empty(), Optional.of(true)) : new Precondition(Optional.of(tags(match)), Optional.empty());
    }

    private static Set<String> tags(String list) throws RejectedException {
        Set<String> tags = new HashSet<>();
        Matcher tag = TAG.matcher(list);
        int end = 0;
        while (end < list.length() && tag.find(end) && tag.start() == end) {
            tags.add(tag.group(1));
            end = tag.end();
        }
        if (tags.isEmpty() || end < list.length()) {
            throw RejectedException.invalid(HttpHeaders.IF_MATCH, "If-Match must be * or a list of ETags, each in quotes");
        }
        return tags;
    }
}
