package dev.mayfly.http.cgi;

import dev.mayfly.execution.RejectedException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A request as RFC 3875 (4.1) hands it to a program: variables, and its body on standard input.
public final class CgiRequest {
    /// Begins the variables that have the headers.
    public static final String OF_HEADERS = "HTTP_";

    /// Who the caller is to others is not the program's business (4.1.18), and proxies' words are in other variables
    /// already, where they can be believed.
    private static final Set<String> WITHHELD = Set.of("authorization", "proxy-authorization", "proxy", "cookie", "content-length", "content-type", "transfer-encoding", "connection", "keep-alive", "te",
            "trailer", "upgrade", "expect", "forwarded", "x-real-ip");
    private static final String OF_PROXIES = "x-forwarded-";

    private CgiRequest() {}

    /// @param script the part of the path that names the function
    /// @param rest the part behind it, as it was sent
    /// @param software the service's name and release
    public static Map<String, String> variables(HttpServerRequest request, String script, String rest, int bodyBytes, String software) throws RejectedException {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("GATEWAY_INTERFACE", "CGI/1.1");
        variables.put("SERVER_SOFTWARE", software);
        variables.put("SERVER_PROTOCOL", request.version() == io.vertx.core.http.HttpVersion.HTTP_1_0 ? "HTTP/1.0" : "HTTP/1.1");
        variables.put("REQUEST_METHOD", request.method().name());
        variables.put("REQUEST_URI", request.uri());
        variables.put("SCRIPT_NAME", script);
        variables.put("PATH_INFO", decoded(rest).orElseThrow(() -> RejectedException.invalid("path", "the path has an escape that cannot be decoded")));
        variables.put("QUERY_STRING", request.query() == null ? "" : request.query());
        SocketAddress caller = request.remoteAddress();
        variables.put("REMOTE_ADDR", caller == null || caller.hostAddress() == null ? "" : caller.hostAddress());
        putServer(variables, request);
        if (bodyBytes > 0) {
            variables.put("CONTENT_LENGTH", String.valueOf(bodyBytes));
            String type = request.getHeader("Content-Type");
            variables.put("CONTENT_TYPE", type == null ? "application/octet-stream" : type);
        }
        putHeaders(variables, request);
        return variables;
    }

    private static void putServer(Map<String, String> variables, HttpServerRequest request) {
        boolean secure = "https".equalsIgnoreCase(request.scheme());
        if (secure) {
            variables.put("HTTPS", "on");
        }
        var authority = request.authority();
        variables.put("SERVER_NAME", authority == null ? "localhost" : authority.host());
        int port = authority == null ? -1 : authority.port();
        variables.put("SERVER_PORT", String.valueOf(port > 0 ? port : secure ? 443 : 80));
    }

    /// Lines of one name are one list, as RFC 9110 (5.3) allows.
    private static void putHeaders(Map<String, String> variables, HttpServerRequest request) {
        for (String name : request.headers().names()) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!WITHHELD.contains(lower) && !lower.startsWith(OF_PROXIES) && lower.matches("[a-z0-9-]+")) {
                variables.put(OF_HEADERS + lower.toUpperCase(Locale.ROOT).replace('-', '_'), String.join(", ", request.headers().getAll(name)));
            }
        }
    }

    /// A part of a path. Empty where an escape of it cannot be decoded.
    public static Optional<String> decoded(String path) {
        try {
            byte[] bytes = URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.ISO_8859_1);
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString()).filter(text -> text.indexOf('\0') < 0);
        } catch (IllegalArgumentException | CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
