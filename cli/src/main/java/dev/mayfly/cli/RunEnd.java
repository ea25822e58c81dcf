package dev.mayfly.cli;

import dev.mayfly.wire.Encoding;
import dev.mayfly.wire.OutcomeKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// What follows when a program has ended: its files, and an exit code.
final class RunEnd {
    /// Exit codes, as shells and timeout(1) have them.
    private static final int COMPILE_FAILED = 1;
    private static final int TIMED_OUT = 124;
    private static final int SIGNALED = 128;
    private static final int SIGINT = 2;
    private static final int SIGKILL = 9;

    private RunEnd() {}

    static void writeFiles(RunResult result) throws IOException {
        for (RunResult file : result.parts("files")) {
            Path path = Path.of(file.text("path")).normalize();
            if (path.isAbsolute() || path.startsWith("..")) {
                throw new CliException(CliException.OUR_FAULT, "files are written only below the current folder; got " + path);
            }
            if (path.getParent() != null) {
                Files.createDirectories(path.getParent());
            }
            Files.write(path, Encoding.byName(file.text("encoding")).decode(file.text("content")));
        }
        for (RunResult file : result.parts("filesSkipped")) {
            System.err.printf("mayfly: %s was not brought back: %s%n", file.text("path"), file.text("reason"));
        }
    }

    static int exitCode(RunResult result) {
        RunResult outcome = result.part("outcome");
        Optional<OutcomeKind> kind = OutcomeKind.named(outcome.text("kind"));
        if (kind.isEmpty()) {
            return report(CliException.OUR_FAULT, "the service is of a later release: %s".formatted(outcome.text("kind")));
        }
        return switch (kind.get()) {
            case EXITED -> outcome.number("exitCode", CliException.OUR_FAULT);
            case SIGNALED -> SIGNALED + outcome.number("signalNumber", 0);
            case TIMED_OUT -> report(TIMED_OUT, "%s limit of %s ms reached".formatted(outcome.text("clock"), outcome.text("limitMs")));
            case OUT_OF_MEMORY -> report(SIGNALED + SIGKILL, "out of memory: the limit is %s bytes".formatted(outcome.text("limitBytes")));
            case COMPILE_FAILED -> compileFailed(outcome.part("compiler"));
            case CANCELLED -> report(SIGNALED + SIGINT, "cancelled by " + outcome.text("by"));
            case OUTPUT_LIMIT -> report(CliException.OUR_FAULT, "output limit of %s bytes reached".formatted(outcome.text("limitBytes")));
            case FAILED -> report(CliException.OUR_FAULT, outcome.text("reason"));
        };
    }

    /// One that ended by itself has said why.
    private static int compileFailed(RunResult compiler) {
        String kind = compiler.text("kind");
        return OutcomeKind.EXITED.wireName().equals(kind) ? COMPILE_FAILED : report(COMPILE_FAILED, "the compiler ended with %s".formatted(kind));
    }

    private static int report(int exitCode, String message) {
        System.err.println("mayfly: " + message);
        return exitCode;
    }
}
