package dev.mayfly.http.piston;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.mayfly.execution.ExecutionResult;
import dev.mayfly.sandbox.Compilation;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.Usage;
import org.jspecify.annotations.Nullable;

/// What a program came to, as Piston's clients read it.
///
/// @param run also there when the program was not run: clients read it without a look
/// @param compile of a language that is compiled
public record ExecuteAnswer(String language, String version, Stage run, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Stage compile) {
    /// @param output both streams in the order written
    /// @param cpu_time in milliseconds, as wall_time
    /// @param memory in bytes, at its peak
    public record Stage(
            String stdout,
            String stderr,
            String output,
            @Nullable Integer code,
            @Nullable String signal,
            @Nullable String message,
            @Nullable String status,
            long cpu_time,
            long wall_time,
            long memory) {
        static Stage of(Outcome outcome, Usage usage, String stdout, String stderr, String output) {
            Ending ending = Ending.of(outcome);
            return new Stage(stdout, stderr, output, ending.code(), ending.signal(), ending.message(), ending.status(),
                    usage.cpuUser().plus(usage.cpuSystem()).toMillis(), usage.wall().toMillis(), usage.peakMemoryBytes());
        }

        /// Of a compiler's streams nobody knows the common order.
        private static Stage of(Compilation compilation) {
            String stdout = new String(compilation.stdout(), UTF_8);
            String stderr = new String(compilation.stderr(), UTF_8);
            return of(compilation.run().outcome(), compilation.run().usage(), stdout, stderr, stdout + stderr);
        }
    }

    static ExecuteAnswer of(ExecutionResult result, CollectedText output) {
        var runtime = PistonName.of(result.runtime());
        Stage run = Stage.of(result.outcome(), result.run().usage(), output.stdout(), output.stderr(), output.both());
        return new ExecuteAnswer(runtime.language(), runtime.version(), run, result.compilation().map(Stage::of).orElse(null));
    }
}
