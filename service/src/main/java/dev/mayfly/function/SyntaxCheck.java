package dev.mayfly.function;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mayfly.execution.CollectedOutput;
import dev.mayfly.execution.Dispatcher;
import dev.mayfly.execution.Execution;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.RejectedException.Kind;
import dev.mayfly.execution.Submission;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.wire.ResultView;
import java.time.Duration;
import java.util.stream.Stream;

/// Lets a language look for errors of syntax in a program, in a sandbox, without running it.
final class SyntaxCheck {
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final int MOST_SHOWN = 2000;

    private SyntaxCheck() {}

    /// @throws RejectedException it has found some, or could not look
    static void require(Dispatcher dispatcher, Submission submission, Duration patience) throws RejectedException, InterruptedException {
        var output = new CollectedOutput();
        Outcome outcome;
        try (Execution check = dispatcher.admitCheck(submission, patience)) {
            outcome = check.run(output).run().outcome();
        }
        switch (outcome) {
            case Outcome.Exited(int code) when code == 0 -> {}
            case Outcome.Failed failed -> throw RejectedException.forNow(Kind.RUNTIME_UNAVAILABLE, "the syntax could not be checked: " + failed.reason(), SOON);
            case Outcome.Cancelled _ -> throw RejectedException.forNow(Kind.DRAINING, "the service is shutting down", SOON);
            default -> {
                String field = submission.program().code().isPresent() ? "code" : "files";
                throw RejectedException.invalid(field, "the check of the syntax ended with %s: %s".formatted(ResultView.kind(outcome), shown(output)));
            }
        }
    }

    /// Compilers write to either of them.
    private static String shown(CollectedOutput output) {
        String text = Stream.of(output.stderr(), output.stdout()).map(bytes -> new String(bytes, UTF_8).strip()).filter(part -> !part.isEmpty()).findFirst().orElse("it has written nothing");
        return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "…";
    }
}
