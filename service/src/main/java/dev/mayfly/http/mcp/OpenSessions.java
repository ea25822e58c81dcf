package dev.mayfly.http.mcp;

import dev.mayfly.execution.RejectedException;
import dev.mayfly.session.Session;
import dev.mayfly.session.SessionEnd;
import dev.mayfly.session.Sessions;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/// The sessions that a model names. What is wrong with one is said so that the model can go on. Thread-safe.
@Singleton
class OpenSessions {
    private final Sessions sessions;

    OpenSessions(Sessions sessions) {
        this.sessions = sessions;
    }

    Session find(String tenant, @Nullable String id) throws RejectedException {
        if (id == null) {
            throw RejectedException.invalid("session", "session is missing: what open_session returned");
        }
        return sessions.find(tenant, id).filter(session -> session.ended().isEmpty()).orElseThrow(() -> gone(sessions.past(tenant, id).map(SessionEnd::detail).orElse("none of this id is here, or it has expired")));
    }

    static RejectedException gone(String why) {
        return RejectedException.invalid("session", "no such session: %s. Variables and files in it are lost; open another one with open_session".formatted(why));
    }
}
