package dev.mayfly.http;

import dev.mayfly.execution.RejectedException;
import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// Every kind of problem with which a request is answered. `type` leads to a page that explains it.
enum ProblemKind {
    INVALID_SUBMISSION(400, "The submission is not valid", "A field of the body, a query parameter or a header has a wrong value. `field` names it, `detail` says what is expected."),
    UNKNOWN_RUNTIME(422, "Unknown runtime", "GET /v1/runtimes lists the runtimes."),
    LIMIT_OVER_CEILING(422, "A limit is over its ceiling", "GET /v1/runtimes lists the ceilings. Limits are refused, never silently lowered."),
    KEY_REUSED(422, "The idempotency key belongs to another request", "An Idempotency-Key names one request. Send a new key with a new request."),
    UNKNOWN_FUNCTION(404, "No such function", "The tenant has no function with this name, or the function has no version with this number. GET /v1/functions lists them."),
    MISSING_SECRET(422, "The function needs a secret that does not exist", "`detail` names it. PUT /v1/secrets/{name} stores one."),
    SECRETS_UNAVAILABLE(501, "This service cannot read the secrets", "`detail` says what the operator has to set."),
    PRECONDITION_FAILED(412, "The function is not as expected", "If-Match does not name its current ETag, or If-None-Match forbids the change. GET it, and decide again."),
    FUNCTION_FAILED(502, "The function has failed", "It ended with an error, or its answer is malformed. Its owner finds `executionId` in the function's log."),
    FUNCTION_TIMED_OUT(504, "The function has not answered in time", "It ran until a limit of its time. Its owner finds `executionId` in the function's log."),
    TOO_MANY_CALLS(429, "The function was called too often", "Its definition bounds the requests a minute, of all callers and of each address. Retry-After says when to come back."),
    FUNCTION_BUSY(429, "The function is at its concurrency limit", "Its definition bounds how many there are at the same time, on each replica. Try again after Retry-After; asynchronous executions wait in the queue."),
    FUNCTION_LIMIT(422, "The tenant's functions have reached a limit", "`detail` names the limit. Delete functions, or ask the operator for more."),
    QUOTA_EXCEEDED(429, "The tenant's quota is used up", "Retry-After says when to come back, RateLimit what is left."),
    AT_CAPACITY(503, "No sandbox is free now", "Every sandbox is in use and the queue is full, or the wait was too long. Try again after Retry-After."),
    ENGINE_UNAVAILABLE(503, "Sandboxes cannot be made now", "The engine does not answer. It is used again as soon as it does. Try again after Retry-After."),
    RUNTIME_UNAVAILABLE(503, "No sandbox of this runtime can be made now", "The engine works, but no sandbox of this runtime starts; other runtimes may work. Try again after Retry-After."),
    DRAINING(503, "The service is shutting down", "Send the request again, to another replica if there is one."),
    STORE_FULL(503, "The store is full", "Asynchronous executions need room in the store. Synchronous ones still run."),
    STORE_UNAVAILABLE(503, "The store does not answer now", "Asynchronous executions and functions need the store. Synchronous ones with a program of their own still run. Try again after Retry-After."),
    BODY_TOO_LARGE(413, "The body is over its size cap", "`detail` names the cap, mayfly.execution.max-body-mib."),
    UNKNOWN_EXECUTION(404, "No such execution", "It does not exist, belongs to another tenant, or has expired. "
            + "Only executions accepted with Prefer: respond-async or an Idempotency-Key are stored."),
    UNKNOWN_BATCH(404, "No such batch", "It does not exist, belongs to another tenant, or has expired."),
    UNKNOWN_SECRET(404, "No such secret", "It does not exist, belongs to another tenant, or was revoked."),
    UNKNOWN_DELIVERY(404, "No such delivery", "It does not exist, belongs to another tenant, or has expired."),
    UNKNOWN_BUILD(404, "No such build", "Builds are known to the replica that runs them, until it stops; it remembers the last 50."),
    NOT_BUILT(404, "No such built runtime", "The runtime was not built on this host, by `mayfly runtimes build` or over HTTP, or it has no earlier build."),
    BUILDS_UNAVAILABLE(501, "This service cannot build it", "`detail` says what is missing: a program, the network, or the operator's permission."),
    BUILD_QUEUE_FULL(503, "Too many builds wait", "One build runs at a time, and up to eight wait. Try again after Retry-After."),
    UNKNOWN_SESSION(404, "No such session", "It does not exist, or belongs to another tenant. A replica remembers the last 1,000 that have ended, until it stops."),
    SESSION_ENDED(410, "The session has ended", "`reason` says why: closed, idle, expired, cpu_time, out_of_memory, shutdown or failed. Its sandbox is gone, with all that was in it; open another one."),
    SESSION_ELSEWHERE(421, "Another replica has this session", "A session lives on the replica that opened it; `replica` names it. Send the request there."),
    UNKNOWN_COMMAND(404, "No such command", "The session has no command with this id, or gave it up: of those that have ended, the last 32 in the background are kept."),
    UNKNOWN_FILE(404, "No such file", "The session's sandbox has no file or folder with this path."),
    FILE_CONFLICT(409, "The path names something else", "A folder is where a file is needed, or the other way round, or something is there already."),
    FILE_FORBIDDEN(403, "The sandbox does not allow this", "Files are accessed with the rights of the programs in the sandbox. They may write below /work and /tmp."),
    FILE_TOO_LARGE(413, "The file is too large for one request", "`detail` names the cap, mayfly.execution.max-body-mib. Commands in the session can read and divide it."),
    FILE_FAILED(422, "The file cannot be used", "`detail` has what the sandbox's kernel says."),
    DISK_FULL(507, "The sandbox's disk is full", "The session's limit diskBytes is used up. Remove files, or open a session with a higher limit."),
    UNAUTHORIZED(401, "An API key is needed", "Send Authorization: Bearer and an API key or token that is known, not revoked and not expired. "
            + "A browser sends it over WebSocket as the subprotocol bearer.KEY beside mayfly."),
    FORBIDDEN(403, "The key does not allow this", "The key's or token's scopes do not include what the request needs: execute, read or admin."),
    FOREIGN_ORIGIN(403, "The page's origin is not allowed", "Pages of other origins may use the service only when mayfly.http.allowed-origins lists them."),
    FOREIGN_HOST(403, "The service does not answer under this host name",
            "Without keys the service answers under localhost, 127.0.0.1 and [::1] only, so that no web page can reach it under a name of its own. List further names in mayfly.http.allowed-hosts."),
    MALFORMED_REQUEST(400, "The request is not well-formed HTTP", "The request line, the Host, another header or the framing of the body is not valid HTTP/1.1. Where more is known, `detail` says it."),
    NOT_FOUND(404, "No such resource", "/openapi lists all paths."),
    METHOD_NOT_ALLOWED(405, "The resource does not have this method", "Allow lists the methods."),
    NOT_ACCEPTABLE(406, "No representation is acceptable", "The resource has none of the media types in Accept. /openapi lists those it has."),
    URI_TOO_LONG(414, "The URI is too long", "A request's first line has at most 8 KiB."),
    UNSUPPORTED_MEDIA_TYPE(415, "The body is not application/json", "A body is JSON in UTF-8 with Content-Type: application/json and without a Content-Encoding, but for files of sessions, functions on the web, and Piston."),
    UPGRADE_REQUIRED(426, "This resource speaks WebSocket only", "Upgrade the connection with WebSocket version 13."),
    HEADERS_TOO_LARGE(431, "The headers are too large", "A request's headers have at most 16 KiB."),
    INTERNAL_ERROR(500, "Something in Mayfly went wrong", "This is not the caller's fault. The service's log has the reason.");

    private static final String PATH = "/problems/";

    private final int status;
    private final String title;
    private final String explanation;

    ProblemKind(int status, String title, String explanation) {
        this.status = status;
        this.title = title;
        this.explanation = explanation;
    }

    static ProblemKind of(RejectedException.Kind kind) {
        return valueOf(kind.name());
    }

    /// One that says no more than the status does.
    static Optional<ProblemKind> of(int status) {
        return switch (status) {
            case 400 -> Optional.of(MALFORMED_REQUEST);
            case 401 -> Optional.of(UNAUTHORIZED);
            case 403 -> Optional.of(FORBIDDEN);
            case 404 -> Optional.of(NOT_FOUND);
            case 405 -> Optional.of(METHOD_NOT_ALLOWED);
            case 406 -> Optional.of(NOT_ACCEPTABLE);
            case 413 -> Optional.of(BODY_TOO_LARGE);
            case 414 -> Optional.of(URI_TOO_LONG);
            case 415 -> Optional.of(UNSUPPORTED_MEDIA_TYPE);
            case 426 -> Optional.of(UPGRADE_REQUIRED);
            case 431 -> Optional.of(HEADERS_TOO_LARGE);
            case 500 -> Optional.of(INTERNAL_ERROR);
            default -> Optional.empty();
        };
    }

    static Optional<ProblemKind> named(String name) {
        return Arrays.stream(values()).filter(kind -> kind.wireName().equals(name)).findFirst();
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// Where it is explained.
    URI type() {
        return URI.create(PATH + wireName());
    }

    int status() {
        return status;
    }

    String title() {
        return title;
    }

    String explanation() {
        return explanation;
    }
}
