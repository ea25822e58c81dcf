package dev.mayfly.session;

/// The session is no more, and this is why.
public final class SessionEndedException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient SessionEnd end;

    SessionEndedException(SessionEnd end) {
        super("the session has ended: " + end.detail());
        this.end = end;
    }

    public SessionEnd end() {
        return end;
    }
}
