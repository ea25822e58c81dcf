package dev.mayfly.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mayfly.execution.Cancellation;
import dev.mayfly.execution.CollectedOutput;
import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.RejectedException.Kind;
import dev.mayfly.execution.Submission;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.wire.ResultView;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.stream.Stream;

/// Lets a language look for errors of syntax in a program, in a sandbox, without running it.
@Singleton
public class SyntaxCheck {
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final int MOST_SHOWN = 2000;

    private final AwaitedRuns awaited;

    public SyntaxCheck(AwaitedRuns awaited) {
        this.awaited = awaited;
    }

    /// @throws RejectedException it has found some, or could not look
    void require(Submission submission, Cancellation cancellation, HeapBudget.Hold hold) throws RejectedException, InterruptedException {
        var output = new CollectedOutput();
        String field = submission.program().code().isPresent() ? "code" : "files";
        switch (awaited.check(submission, cancellation, hold, output).outcome()) {
            case Outcome.Exited(int code) when code == 0 -> {}
            case Outcome.Exited(int code) -> throw RejectedException.invalid(field, "the syntax check found errors (exit code %d): %s".formatted(code, shown(output)));
            case Outcome.Failed(String reason, boolean _) -> throw RejectedException.forNow(Kind.RUNTIME_UNAVAILABLE, "the syntax could not be checked: " + reason, SOON);
            case Outcome.Cancelled _ -> throw RejectedException.forNow(Kind.DRAINING, "the service is shutting down", SOON);
            case Outcome other -> throw RejectedException.invalid(field, "the syntax check did not end by itself (%s): %s".formatted(ResultView.kind(other), shown(output)));
        }
    }

    /// Compilers write to either of them.
    private static String shown(CollectedOutput output) {
        String text = Stream.of(output.stderr(), output.stdout()).map(bytes -> new String(bytes, UTF_8).strip()).filter(part -> !part.isEmpty()).findFirst().orElse("it has written nothing");
        return text.codePoints().limit(MOST_SHOWN).collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }
}
