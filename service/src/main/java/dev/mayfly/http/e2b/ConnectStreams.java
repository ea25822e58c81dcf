package dev.mayfly.http.e2b;

import dev.mayfly.execution.RejectedException;
import dev.mayfly.http.DoorSettings;
import dev.mayfly.http.EventBytes;
import dev.mayfly.http.EventSource;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.session.SessionEndedException;
import io.quarkiverse.resteasy.problem.HttpProblem;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;

/// Answers that stream. What is wrong with a request is the stream's end, for a client looks only there.
@Singleton
class ConnectStreams {
    private final DoorSettings settings;

    ConnectStreams(DoorSettings settings) {
        this.settings = settings;
    }

    /// A stream that may begin, and how its events are written.
    record Begun(EventSource source, EventBytes.Format format) {}

    @FunctionalInterface
    interface Beginning {
        Begun begin() throws RejectedException, SessionEndedException, SandboxException, InterruptedException;
    }

    Response of(RoutingContext exchange, Beginning beginning) throws SessionEndedException, SandboxException, InterruptedException {
        try {
            Begun begun = beginning.begin();
            return EventBytes.of(begun.source(), begun.format(), ConnectDialect.STREAMING, settings, exchange);
        } catch (RejectedException e) {
            return ended(e.retryAfterSeconds().isPresent() ? "resource_exhausted" : "invalid_argument", e.detail());
        } catch (HttpProblem e) {
            if (e.getStatusCode() == E2bDialect.GONE) {
                throw e;
            }
            return ended(ConnectDialect.code(e.getStatusCode()), String.valueOf(e.getDetail()));
        }
    }

    private static Response ended(String code, String message) {
        return Response.ok(ConnectFrames.end(code, message), ConnectDialect.STREAMING).build();
    }

    static byte[] event(String name, JsonObject data) {
        return ConnectFrames.message(JsonObject.of("event", JsonObject.of(name, data)));
    }
}
