package dev.mayfly.build;

/// A build was refused or has failed; nothing has changed. The message is for the person who asked.
public final class BuildException extends Exception {
    private static final long serialVersionUID = 1;

    /// Who has to mend it.
    public enum Cause {
        /// What was asked for cannot be.
        REQUEST,
        /// It was built, and broke.
        BUILD,
        /// This installation cannot build it.
        HOST
    }

    private final Cause reason;

    BuildException(Cause reason, String message) {
        super(message);
        this.reason = reason;
    }

    BuildException(Cause reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Cause reason() {
        return reason;
    }
}
