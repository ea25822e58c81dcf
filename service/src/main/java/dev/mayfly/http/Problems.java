package dev.mayfly.http;

import dev.mayfly.execution.RejectedException;
import dev.mayfly.store.StoreException;
import io.quarkiverse.resteasy.problem.HttpProblem;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.StatusType;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// Rejections as RFC 9457 problems. `ProblemKind` has the status of each.
@Provider
public class Problems implements ExceptionMapper<RejectedException> {
    private static final System.Logger LOG = System.getLogger(Problems.class.getName());
    private static final int CLIENT_CLOSED_REQUEST = 499;
    private static final int STORE_RETRY_SECONDS = 2;

    @Override
    public Response toResponse(RejectedException rejection) {
        return problem(rejection).toResponse();
    }

    static HttpProblem problem(RejectedException rejection) {
        var problem = of(ProblemKind.of(rejection.kind()), rejection.detail());
        rejection.field().ifPresent(field -> problem.with("field", field));
        rejection.retryAfterSeconds().ifPresent(seconds -> problem.withHeader(HttpHeaders.RETRY_AFTER, seconds));
        return problem.build();
    }

    static HttpProblem.Builder of(ProblemKind kind, String detail) {
        return HttpProblem.builder().withType(kind.type()).withTitle(kind.title()).withStatus(status(kind)).withDetail(detail);
    }

    private static StatusType status(ProblemKind kind) {
        Response.Status known = Response.Status.fromStatusCode(kind.status());
        return known != null ? known : Arrays.stream(FurtherStatus.values()).filter(status -> status.code == kind.status()).findFirst().orElseThrow();
    }

    /// The rest of the body stays unread, so that the connection cannot be used again.
    static HttpProblem bodyTooLarge(long maxBodyBytes) {
        return of(ProblemKind.BODY_TOO_LARGE, "the body must have at most %d bytes".formatted(maxBodyBytes)).withHeader("Connection", "close").build();
    }

    static HttpProblem unknown(ProblemKind kind) {
        return of(kind, kind.explanation()).build();
    }

    /// What the database said stays in the log: it may name what is nobody else's business.
    @ServerExceptionMapper
    public Response storeFailed(StoreException failure) {
        LOG.log(Level.WARNING, "answered with 503: {0}", failure.getMessage());
        return of(ProblemKind.STORE_UNAVAILABLE, "the store does not answer now").withHeader(HttpHeaders.RETRY_AFTER, STORE_RETRY_SECONDS).build().toResponse();
    }

    /// The client left while it waited: nobody reads this, and it is nobody's fault. The status is nginx' own for it.
    @ServerExceptionMapper
    public Response left(InterruptedException gone) {
        return Response.status(CLIENT_CLOSED_REQUEST).build();
    }

    /// What RFC 9110 and 4918 have, and the JAX-RS list lacks.
    public enum FurtherStatus implements StatusType {
        MISDIRECTED_REQUEST(421, "Misdirected Request", Response.Status.Family.CLIENT_ERROR),
        UNPROCESSABLE_CONTENT(422, "Unprocessable Content", Response.Status.Family.CLIENT_ERROR),
        INSUFFICIENT_STORAGE(507, "Insufficient Storage", Response.Status.Family.SERVER_ERROR);

        private final int code;
        private final String reason;
        private final Response.Status.Family family;

        FurtherStatus(int code, String reason, Response.Status.Family family) {
            this.code = code;
            this.reason = reason;
            this.family = family;
        }

        @Override
        public int getStatusCode() {
            return code;
        }

        @Override
        public Response.Status.Family getFamily() {
            return family;
        }

        @Override
        public String getReasonPhrase() {
            return reason;
        }
    }
}
