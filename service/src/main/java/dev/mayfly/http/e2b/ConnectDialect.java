package dev.mayfly.http.e2b;

import dev.mayfly.http.Dialect;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Singleton;

/// Errors of calls that are spoken as Connect (connectrpc.com/docs/protocol): a code in words, and a message.
@Singleton
public class ConnectDialect implements Dialect {
    static final String STREAMING = "application/connect+json";

    static boolean isCalledAt(String path) {
        return path.startsWith(E2bDialect.PATH + "/" + ProcessResource.SERVICE + "/") || path.startsWith(E2bDialect.PATH + "/" + FilesystemResource.SERVICE + "/");
    }

    @Override
    public boolean isSpokenAt(String path) {
        return isCalledAt(path);
    }

    @Override
    public int status(int ours) {
        return E2bDialect.theirs(ours);
    }

    @Override
    public String error(Problem problem) {
        return JsonObject.of("code", code(E2bDialect.theirs(problem.status())), "message", problem.detail()).encode();
    }

    @Override
    public boolean takes(String mediaType) {
        return mediaType.equals(STREAMING);
    }

    static String code(int status) {
        return switch (status) {
            case 400, 413, 415 -> "invalid_argument";
            case 401 -> "unauthenticated";
            case 403 -> "permission_denied";
            case 404 -> "not_found";
            case 409 -> "already_exists";
            case 429, 503, 507 -> "resource_exhausted";
            case 501 -> "unimplemented";
            case E2bDialect.GONE -> "unavailable";
            default -> "unknown";
        };
    }
}
