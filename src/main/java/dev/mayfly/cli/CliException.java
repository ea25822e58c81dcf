package dev.mayfly.cli;

/// Ends the command with one line on stderr.
final class CliException extends RuntimeException {
    private static final long serialVersionUID = 1;

    static final int WRONG_USE = 2;
    static final int OUR_FAULT = 125;

    private final int exitCode;

    CliException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
