package dev.mayfly.http.cgi;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a program has written, as RFC 3875 (6) reads it: a block of headers with `Content-Type`, `Status` or `Location`, an
/// empty line, and the body. Anything else is the body alone.
///
/// @param headers in the order in which they came; those that are not a program's to set are left out
public record CgiResponse(int status, List<Map.Entry<String, String>> headers, byte[] body) {
    private static final int MAX_HEAD_BYTES = 16_384;
    private static final Pattern HEADER = Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \\t]*([^\\x00-\\x08\\x0a-\\x1f\\x7f]*)");
    private static final Pattern STATUS = Pattern.compile("([2-5][0-9][0-9])(?: .*)?");
    private static final Set<String> OF_CGI = Set.of("content-type", "status", "location");
    /// Of the connection, which is not the program's; and what would bind the browser in its dealings with the whole origin.
    private static final Set<String> WITHHELD = Set.of("status", "connection", "content-length", "date", "keep-alive", "proxy-authenticate", "proxy-connection", "server", "te", "trailer",
            "transfer-encoding", "upgrade", "alt-svc", "clear-site-data", "nel", "origin-agent-cluster", "public-key-pins", "report-to", "reporting-endpoints", "service-worker-allowed", "set-cookie",
            "set-cookie2", "set-login", "strict-transport-security", "accept-ch", "critical-ch", "use-as-dictionary", "content-encoding", "x-sendfile", "x-lighttpd-send-file", "mayfly-execution-id", "x-content-type-options");
    /// By which a proxy would serve files of its own.
    private static final String OF_NGINX = "x-accel-";
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String BYTES = "application/octet-stream";
    private static final String CONTENT_TYPE = "Content-Type";

    /// The program has begun a block of headers that is none.
    public static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1;

        MalformedException(String message) {
            super(message);
        }
    }

    public static CgiResponse of(byte[] output) throws MalformedException {
        Optional<List<String>> head = head(output);
        if (head.isEmpty()) {
            return new CgiResponse(200, List.of(Map.entry(CONTENT_TYPE, isText(output) ? TEXT : BYTES)), output);
        }
        return withHeaders(head.get(), Arrays.copyOfRange(output, headLength(output), output.length));
    }

    /// Whether the status allows one (RFC 9110, 15.3.5, 15.4.5).
    public boolean hasBody() {
        return status != 204 && status != 205 && status != 304;
    }

    private static CgiResponse withHeaders(List<String> lines, byte[] body) throws MalformedException {
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        Optional<Integer> status = Optional.empty();
        boolean located = false;
        boolean typed = false;
        for (String line : lines) {
            Matcher header = HEADER.matcher(line);
            if (!header.matches()) {
                throw new MalformedException("a line of the headers is not NAME: VALUE");
            }
            String name = header.group(1).toLowerCase(Locale.ROOT);
            String value = header.group(2).strip();
            if (name.equals("status")) {
                status = Optional.of(status(value));
            } else if (!WITHHELD.contains(name) && !name.startsWith(OF_NGINX)) {
                headers.add(Map.entry(header.group(1), value));
            }
            located |= name.equals("location");
            typed |= name.equals("content-type");
        }
        if (!typed && body.length > 0) {
            headers.add(Map.entry(CONTENT_TYPE, isText(body) ? TEXT : BYTES));
        }
        return new CgiResponse(status.orElse(located ? 302 : 200), headers, body);
    }

    private static int status(String value) throws MalformedException {
        Matcher status = STATUS.matcher(value);
        if (!status.matches()) {
            throw new MalformedException("Status must be a number from 200 to 599");
        }
        return Integer.parseInt(status.group(1));
    }

    /// The lines of the headers; empty where the output begins with none that CGI asks for.
    private static Optional<List<String>> head(byte[] output) {
        int length = headLength(output);
        if (length < 0) {
            return Optional.empty();
        }
        List<String> lines = new String(output, 0, length, ISO_8859_1).lines().filter(line -> !line.isEmpty()).toList();
        boolean cgi = lines.stream().map(HEADER::matcher).anyMatch(line -> line.matches() && OF_CGI.contains(line.group(1).toLowerCase(Locale.ROOT)));
        return cgi && HEADER.matcher(lines.getFirst()).matches() ? Optional.of(lines) : Optional.empty();
    }

    /// With the empty line behind it; -1 where there is none.
    private static int headLength(byte[] output) {
        int lineBegin = 0;
        for (int i = 0; i < Math.min(output.length, MAX_HEAD_BYTES); i++) {
            if (output[i] == '\n') {
                boolean empty = i == lineBegin || (i == lineBegin + 1 && output[lineBegin] == '\r');
                if (empty) {
                    return lineBegin == 0 ? -1 : i + 1;
                }
                lineBegin = i + 1;
            }
        }
        return -1;
    }

    private static boolean isText(byte[] bytes) {
        try {
            UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
