package dev.mayfly.http;

import dev.mayfly.execution.RejectedException;
import dev.mayfly.store.StoreException;
import io.quarkiverse.resteasy.problem.HttpProblem;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response.StatusType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.net.URI;
import java.util.Map;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// Rejections as RFC 9457 problems. Nobody else in the service knows a status code.
@Provider
public class Problems implements ExceptionMapper<RejectedException> {
    private static final int CLIENT_CLOSED_REQUEST = 499;
    private static final int STORE_RETRY_SECONDS = 2;
    private static final Map<RejectedException.Kind, StatusType> STATUS = Map.of(
            RejectedException.Kind.INVALID_SUBMISSION, Response.Status.BAD_REQUEST,
            RejectedException.Kind.UNKNOWN_RUNTIME, UnprocessableContent.STATUS,
            RejectedException.Kind.LIMIT_OVER_CEILING, UnprocessableContent.STATUS,
            RejectedException.Kind.QUOTA_EXCEEDED, Response.Status.TOO_MANY_REQUESTS,
            RejectedException.Kind.AT_CAPACITY, Response.Status.SERVICE_UNAVAILABLE,
            RejectedException.Kind.ENGINE_UNAVAILABLE, Response.Status.SERVICE_UNAVAILABLE,
            RejectedException.Kind.RUNTIME_UNAVAILABLE, Response.Status.SERVICE_UNAVAILABLE,
            RejectedException.Kind.DRAINING, Response.Status.SERVICE_UNAVAILABLE,
            RejectedException.Kind.KEY_REUSED, UnprocessableContent.STATUS,
            RejectedException.Kind.STORE_FULL, Response.Status.SERVICE_UNAVAILABLE);

    @Override
    public Response toResponse(RejectedException rejection) {
        return problem(rejection).toResponse();
    }

    static HttpProblem problem(RejectedException rejection) {
        StatusType status = STATUS.getOrDefault(rejection.kind(), Response.Status.INTERNAL_SERVER_ERROR);
        var problem = HttpProblem.builder()
                .withType(URI.create("/problems/" + rejection.kind().wireName()))
                .withTitle(title(rejection.kind()))
                .withStatus(status)
                .withDetail(rejection.detail());
        rejection.field().ifPresent(field -> problem.with("field", field));
        rejection.retryAfterSeconds().ifPresent(seconds -> problem.withHeader(HttpHeaders.RETRY_AFTER, seconds));
        return problem.build();
    }

    /// The rest of the body stays unread, so that the connection cannot be used again.
    static HttpProblem bodyTooLarge(long maxBodyBytes) {
        return HttpProblem.builder()
                .withType(URI.create("/problems/body-too-large"))
                .withTitle("The body is over its size cap")
                .withStatus(Response.Status.REQUEST_ENTITY_TOO_LARGE)
                .withDetail("a body has at most %d bytes".formatted(maxBodyBytes))
                .withHeader("Connection", "close")
                .build();
    }

    static HttpProblem unknown(String what) {
        return HttpProblem.builder()
                .withType(URI.create("/problems/unknown-" + what))
                .withTitle("There is no such " + what)
                .withStatus(Response.Status.NOT_FOUND)
                .withDetail("it never was, is another tenant's, or its retention has ended")
                .build();
    }

    @ServerExceptionMapper
    public Response storeFailed(StoreException failure) {
        return HttpProblem.builder()
                .withType(URI.create("/problems/store-unavailable"))
                .withTitle("The store does not answer now")
                .withStatus(Response.Status.SERVICE_UNAVAILABLE)
                .withDetail(String.valueOf(failure.getMessage()))
                .withHeader(HttpHeaders.RETRY_AFTER, STORE_RETRY_SECONDS)
                .build()
                .toResponse();
    }

    /// The client left while it waited: nobody reads this, and it is nobody's fault. The status is nginx' own for it.
    @ServerExceptionMapper
    public Response left(InterruptedException gone) {
        return Response.status(CLIENT_CLOSED_REQUEST).build();
    }

    static String title(RejectedException.Kind kind) {
        return switch (kind) {
            case INVALID_SUBMISSION -> "The submission is not valid";
            case UNKNOWN_RUNTIME -> "There is no such runtime";
            case LIMIT_OVER_CEILING -> "A limit is over its ceiling";
            case QUOTA_EXCEEDED -> "The tenant's quota is used up";
            case AT_CAPACITY -> "No sandbox is free now";
            case KEY_REUSED -> "The idempotency key belongs to another request";
            case STORE_FULL -> "There is no room to keep it";
            case ENGINE_UNAVAILABLE -> "Sandboxes cannot be made now";
            case RUNTIME_UNAVAILABLE -> "No sandbox of this runtime can be made now";
            case DRAINING -> "The service is shutting down";
        };
    }

    /// 422 in the words of RFC 9110; the JAX-RS list lacks it.
    private enum UnprocessableContent implements StatusType {
        STATUS;

        @Override
        public int getStatusCode() {
            return 422;
        }

        @Override
        public Response.Status.Family getFamily() {
            return Response.Status.Family.CLIENT_ERROR;
        }

        @Override
        public String getReasonPhrase() {
            return "Unprocessable Content";
        }
    }
}
