package dev.mayfly.sandbox;

/// The engine or the sandbox broke. Never the program's doing.
public class SandboxException extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean userCodeStarted;

    public SandboxException(String message, boolean userCodeStarted) {
        super(message);
        this.userCodeStarted = userCodeStarted;
    }

    public SandboxException(String message, Throwable cause) {
        super(message, cause);
        this.userCodeStarted = false;
    }

    /// Whether the program may have had effects, so that it must not be run again.
    public boolean userCodeStarted() {
        return userCodeStarted;
    }
}
