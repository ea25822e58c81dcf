package dev.mayfly.http.e2b;

import dev.mayfly.execution.RejectedException;
import dev.mayfly.http.Problems;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.session.Session;
import dev.mayfly.session.SessionEndedException;
import dev.mayfly.session.SessionFileException;
import dev.mayfly.session.SessionFiles;
import io.quarkiverse.resteasy.problem.HttpProblem;
import jakarta.ws.rs.core.Response;

/// A sandbox's files, with the errors that clients know. The session is not idle meanwhile.
final class EnvdFiles implements AutoCloseable {
    private final SessionFiles files;
    private final Session.Use use;

    EnvdFiles(Session session) throws SessionEndedException {
        files = session.files();
        use = session.use();
    }

    /// An operation on files.
    @FunctionalInterface
    interface Operation<T> {
        T on(SessionFiles files) throws RejectedException, SessionFileException, SandboxException, InterruptedException;
    }

    /// The same without a result.
    @FunctionalInterface
    interface Action {
        void on(SessionFiles files) throws RejectedException, SessionFileException, SandboxException, InterruptedException;
    }

    <T> T asked(Operation<T> operation) throws RejectedException, SandboxException, InterruptedException {
        try {
            return operation.on(files);
        } catch (SessionFileException e) {
            throw problem(e);
        }
    }

    void done(Action action) throws RejectedException, SandboxException, InterruptedException {
        asked(its -> {
            action.on(its);
            return true;
        });
    }

    static HttpProblem problem(SessionFileException failure) {
        Response.StatusType status =
                switch (failure.reason()) {
                    case NOT_FOUND -> Response.Status.NOT_FOUND;
                    case EXISTS -> Response.Status.CONFLICT;
                    case FORBIDDEN -> Response.Status.FORBIDDEN;
                    case WRONG_KIND, OTHER -> Response.Status.BAD_REQUEST;
                    case EXHAUSTED -> Response.Status.SERVICE_UNAVAILABLE;
                    case TOO_LARGE -> Response.Status.REQUEST_ENTITY_TOO_LARGE;
                    case NO_SPACE -> Problems.FurtherStatus.INSUFFICIENT_STORAGE;
                };
        return Envd.problem(status, String.valueOf(failure.getMessage()));
    }

    @Override
    public void close() {
        use.close();
    }
}
