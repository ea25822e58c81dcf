package dev.mayfly.wire;

import dev.mayfly.sandbox.Compilation;
import java.util.Map;

/// What the compiler came to: its own outcome, output and usage, apart from the program's.
public record CompileView(Map<String, Object> outcome, String stdout, String stderr, String encoding, ResultView.UsageView usage) {
    static CompileView of(Compilation compilation) {
        Encoding used = Encoding.shorter(compilation.stdout(), compilation.stderr());
        return new CompileView(OutcomeView.of(compilation.run().outcome()), used.encode(compilation.stdout()), used.encode(compilation.stderr()), used.wireName(),
                ResultView.usage(compilation.run().usage()));
    }
}
