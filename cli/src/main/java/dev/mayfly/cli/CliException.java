package dev.mayfly.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/// Ends the command with one line on stderr.
final class CliException extends RuntimeException {
    private static final long serialVersionUID = 1;

    static final int WRONG_USE = 2;
    static final int OUR_FAULT = 125;

    private final int exitCode;
    private final boolean notFound;

    CliException(int exitCode, String message) {
        this(exitCode, message, false);
    }

    private CliException(int exitCode, String message, boolean notFound) {
        super(message);
        this.exitCode = exitCode;
        this.notFound = notFound;
    }

    /// The service has nothing of this name.
    static CliException notFound(String message) {
        return new CliException(WRONG_USE, message, true);
    }

    boolean isNotFound() {
        return notFound;
    }

    /// What went wrong with a file or a connection, in one line; empty for what is a bug.
    static Optional<CliException> of(Throwable failure) {
        return switch (failure) {
            case CliException known -> Optional.of(known);
            case NoSuchFileException e -> Optional.of(new CliException(WRONG_USE, "no such file: " + e.getMessage()));
            case AccessDeniedException e -> Optional.of(new CliException(WRONG_USE, "permission denied: " + e.getMessage()));
            case UncheckedIOException e -> Optional.of(new CliException(OUR_FAULT, "%s (%s)".formatted(e.getMessage(), e.getCause())));
            case IOException e -> Optional.of(new CliException(OUR_FAULT, e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
            default -> Optional.empty();
        };
    }

    int exitCode() {
        return exitCode;
    }
}
