package dev.mayfly.http;

import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.session.Session;
import dev.mayfly.session.SessionEnd;
import dev.mayfly.session.SessionEndedException;
import dev.mayfly.session.SessionFileException;
import dev.mayfly.session.Sessions;
import io.quarkiverse.resteasy.problem.HttpProblem;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// Finds the caller's session, and says what is wrong where there is none.
@Singleton
public class SessionDoor {
    private final Sessions sessions;
    private final Caller caller;

    public SessionDoor(Sessions sessions, Caller caller) {
        this.sessions = sessions;
        this.caller = caller;
    }

    public Sessions sessions() {
        return sessions;
    }

    /// Live at this moment.
    Session find(String id) {
        String tenant = caller.tenant();
        Session session = sessions.find(tenant, id).orElseThrow(() -> sessions.past(tenant, id).map(SessionDoor::gone).orElseGet(() -> unknown(id)));
        session.ended().ifPresent(end -> {
            throw gone(end);
        });
        return session;
    }

    private HttpProblem unknown(String id) {
        return sessions.otherReplica(id)
                .map(replica -> Problems.of(ProblemKind.SESSION_ELSEWHERE, "the replica %s has this session, if it is alive; send the request there".formatted(replica)).with("replica", replica).build())
                .orElseGet(() -> Problems.unknown(ProblemKind.UNKNOWN_SESSION));
    }

    private static HttpProblem gone(SessionEnd end) {
        return Problems.of(ProblemKind.SESSION_ENDED, "the session has ended: " + end.detail()).with("reason", end.reason().wireName()).with("endedAt", end.at().toString()).build();
    }

    @ServerExceptionMapper
    public Response ended(SessionEndedException failure) {
        return gone(failure.end()).toResponse();
    }

    /// Only sessions hold sandboxes for callers.
    @ServerExceptionMapper
    public Response broke(SandboxException failure) {
        return Problems.of(ProblemKind.SESSION_ENDED, "the session's sandbox is gone: " + failure.getMessage()).with("reason", SessionEnd.Reason.FAILED.wireName()).build().toResponse();
    }

    @ServerExceptionMapper
    public Response file(SessionFileException failure) {
        ProblemKind kind =
                switch (failure.reason()) {
                    case NOT_FOUND -> ProblemKind.UNKNOWN_FILE;
                    case EXISTS, WRONG_KIND -> ProblemKind.FILE_CONFLICT;
                    case FORBIDDEN -> ProblemKind.FILE_FORBIDDEN;
                    case NO_SPACE -> ProblemKind.DISK_FULL;
                    case TOO_LARGE -> ProblemKind.FILE_TOO_LARGE;
                    case EXHAUSTED, OTHER -> ProblemKind.FILE_FAILED;
                };
        return Problems.of(kind, String.valueOf(failure.getMessage())).build().toResponse();
    }
}
