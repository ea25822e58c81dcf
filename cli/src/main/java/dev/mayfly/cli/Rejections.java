package dev.mayfly.cli;

import dev.mayfly.execution.RejectedException;
import java.util.Locale;

/// The command's word and exit code for a submission that was not admitted.
final class Rejections {
    private Rejections() {}

    static CliException exception(RejectedException rejection) {
        return exception(rejection.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'), rejection.detail());
    }

    static CliException exception(String problem, String detail) {
        boolean wrongUse =
                switch (problem) {
                    case "invalid-submission", "unknown-runtime", "limit-over-ceiling" -> true;
                    default -> false;
                };
        return new CliException(wrongUse ? CliException.WRONG_USE : CliException.OUR_FAULT, detail);
    }
}
