package dev.mayfly.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import dev.mayfly.execution.ExecutionResult;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.Limits;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.OutputFile;
import dev.mayfly.sandbox.SandboxRun;
import dev.mayfly.sandbox.Usage;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The result of an execution as JSON. `stdout`, `stderr` and `encoding` are missing where the output was streamed,
/// `runtime` and `sandbox` where there was none, `function` where none was invoked, `compile` where no compile step ran, `cases` where
/// there are none.
@JsonInclude(Include.NON_NULL)
public record ResultView(
        String id,
        @Nullable String runtime,
        @Nullable InvocationView function,
        String state,
        Map<String, Object> outcome,
        @Nullable CompileView compile,
        @Nullable List<CaseView> cases,
        @Nullable String stdout,
        @Nullable String stderr,
        @Nullable String encoding,
        long stdoutBytes,
        long stderrBytes,
        boolean truncated,
        List<FileView> files,
        List<SkippedView> filesSkipped,
        UsageView usage,
        TimingView timing,
        @Nullable SandboxView sandbox) {

    public record FileView(String path, String encoding, String content, long sizeBytes) {}

    public record SkippedView(String path, String reason) {}

    public record UsageView(double wallMs, double cpuUserMs, double cpuSystemMs, long peakMemoryBytes, int peakPids) {}

    public record TimingView(int queuePosition, double queuedMs, double leaseMs, double runMs, double drainMs, double totalMs) {}

    @JsonInclude(Include.NON_NULL)
    public record SandboxView(
            String start, @Nullable String coldReason, String engine, String containerId, @Nullable Long hostUid, String imageDigest, Map<String, Number> limits) {}

    /// As its sender knows it.
    public ResultView withId(String other) {
        return new ResultView(other, runtime, function, state, outcome, compile, cases == null ? null : cases.stream().map(each -> each.of(other)).toList(), stdout, stderr, encoding, stdoutBytes,
                stderrBytes, truncated, files, filesSkipped, usage, timing, sandbox);
    }

    /// With the output that was collected, both streams in one encoding.
    public ResultView withOutput(byte[] out, byte[] err) {
        Encoding used = Encoding.of(out, err);
        return new ResultView(id, runtime, function, state, outcome, compile, cases, used.encode(out), used.encode(err), used.wireName(), stdoutBytes, stderrBytes,
                truncated, files, filesSkipped, usage, timing, sandbox);
    }

    /// The outcome's name.
    public String kind() {
        return String.valueOf(outcome.get("kind"));
    }

    public static String kind(Outcome outcome) {
        return String.valueOf(OutcomeView.of(outcome).get("kind"));
    }

    /// Of a program that was never begun.
    public static ResultView unstarted(String id, Outcome outcome) {
        return new ResultView(id, null, null, "finished", OutcomeView.of(outcome), null, null, null, null, null, 0, 0, false, List.of(), List.of(),
                usage(Usage.NONE), new TimingView(0, 0, 0, 0, 0, 0), null);
    }

    /// Without output: it went out as events, or is still to be added.
    public static ResultView of(ExecutionResult result) {
        SandboxRun run = result.run();
        return new ResultView(
                result.id(),
                result.runtime(),
                result.invocation().map(InvocationView::of).orElse(null),
                "finished",
                OutcomeView.of(run.outcome()),
                result.compilation().map(CompileView::of).orElse(null),
                result.cases().isEmpty() ? null : result.cases().stream().map(each -> CaseView.of(result.id(), each)).toList(),
                null,
                null,
                null,
                run.stdoutBytes(),
                run.stderrBytes(),
                result.cases().isEmpty()
                        ? run.stdoutBytes() + run.stderrBytes() > result.sandbox().limits().outputBytes()
                        : result.cases().stream().anyMatch(CaseView::isTruncated),
                run.files().stream().map(ResultView::file).toList(),
                run.skipped().stream().map(file -> new SkippedView(file.path(), file.reason())).toList(),
                usage(run.usage()),
                timing(result.timing()),
                sandbox(result.sandbox()));
    }

    static FileView file(OutputFile file) {
        Encoding encoding = Encoding.shorter(file.content());
        return new FileView(file.path(), encoding.wireName(), encoding.encode(file.content()), file.content().length);
    }

    static UsageView usage(Usage usage) {
        return new UsageView(
                millis(usage.wall()), millis(usage.cpuUser()), millis(usage.cpuSystem()), usage.peakMemoryBytes(), usage.peakPids());
    }

    private static TimingView timing(ExecutionResult.Timing timing) {
        return new TimingView(
                timing.queuePosition(), millis(timing.queued()), millis(timing.lease()), millis(timing.run()), millis(timing.drain()), millis(timing.total()));
    }

    private static SandboxView sandbox(ExecutionResult.SandboxInfo sandbox) {
        String reason = sandbox.isWarm() ? null : sandbox.coldReason();
        return new SandboxView(
                sandbox.isWarm() ? "warm" : "cold", reason, sandbox.engine(), sandbox.containerId(),
                sandbox.hostUser().isPresent() ? sandbox.hostUser().getAsLong() : null, sandbox.imageDigest(),
                limits(sandbox.limits()));
    }

    public static Map<String, Number> limits(Limits limits) {
        var view = new LinkedHashMap<String, Number>();
        for (LimitAxis axis : LimitAxis.values()) {
            view.put(axis.wireName(), axis.toWire(limits.of(axis)));
        }
        return view;
    }

    /// Milliseconds with three decimals.
    static double millis(Duration duration) {
        long micros = duration.toNanos() / 1000;
        return micros / 1000.0;
    }
}
