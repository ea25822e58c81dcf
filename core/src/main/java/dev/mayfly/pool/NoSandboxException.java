package dev.mayfly.pool;

/// No sandbox for this caller now. The message carries the numbers.
public final class NoSandboxException extends Exception {
    private static final long serialVersionUID = 1;

    public enum Reason {
        AT_CAPACITY,
        ENGINE_DOWN,
        RUNTIME_BROKEN,
        DRAINING
    }

    private final Reason reason;

    NoSandboxException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
