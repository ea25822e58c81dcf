package dev.mayfly.execution;

import dev.mayfly.sandbox.CaseRun;
import dev.mayfly.sandbox.Limits;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.OutputSink;
import dev.mayfly.sandbox.PreparedProgram;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.SandboxRun;
import dev.mayfly.sandbox.SourceFile;
import dev.mayfly.sandbox.Stdin;
import dev.mayfly.sandbox.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The cases of one execution: they run one after the other, each in a fresh sandbox.
final class Cases {
    /// Runs a program in a sandbox in which nothing has run.
    interface FreshSandbox {
        SandboxRun run(PreparedProgram program, OutputSink sink) throws SandboxException, RejectedException, InterruptedException;
    }

    private final Preparation preparation;
    private final List<CaseRun> ended = new ArrayList<>();
    private Usage used = Usage.NONE;

    Cases(Preparation preparation) {
        this.preparation = preparation;
    }

    /// Those that have ended, in order.
    List<CaseRun> ended() {
        return List.copyOf(ended);
    }

    /// Returns what they came to together: the first outcome that is not success, and the sums of what they used.
    ///
    /// @param program what each case runs, with its own input
    SandboxRun run(PreparedProgram program, FreshSandbox sandbox, OutputSink sink) throws SandboxException, RejectedException, InterruptedException {
        var budget = new CaseBudget(preparation.runtime().ceilings(), program.budget());
        for (Case each : preparation.cases()) {
            var output = new CollectedOutput();
            PreparedProgram bound = program;
            SandboxRun run;
            if (budget.usedUp().isPresent()) {
                run = SandboxRun.ended(budget.usedUp().get());
            } else {
                bound = budget.bound(of(each, program));
                long begun = System.nanoTime();
                run = sandbox.run(bound, output);
                Usage usage = usage(run, Duration.ofNanos(System.nanoTime() - begun), bound.limits());
                used = used.plus(usage);
                budget.spend(run, usage, (long) output.stdout().length + output.stderr().length);
            }
            var result = new CaseRun(ended.size() + 1, run, output.stdout(), output.stderr(), bound.limits(), each.expected().map(expected -> expected.isMetBy(output.stdout())));
            ended.add(result);
            sink.ended(result);
        }
        return together();
    }

    /// What the sandbox reported; of one that could not report any more, the most that it can have had.
    private static Usage usage(SandboxRun run, Duration elapsed, Limits limits) {
        return run.usage().equals(Usage.NONE)
                ? new Usage(elapsed, elapsed.multipliedBy(limits.cpuMillis()).dividedBy(1000), Duration.ZERO, 0, 0)
                : run.usage();
    }

    private static PreparedProgram of(Case each, PreparedProgram program) {
        Map<String, SourceFile> files = new LinkedHashMap<>();
        program.files().forEach(file -> files.put(file.path(), file));
        each.files().forEach(file -> files.put(file.path(), file));
        return program.withFiles(List.copyOf(files.values()))
                .withInput(each.args().orElse(program.args()), each.stdin().<Stdin>map(Stdin.Bytes::new).orElse(program.stdin()));
    }

    private SandboxRun together() {
        List<SandboxRun> runs = ended.stream().map(CaseRun::run).toList();
        Outcome outcome = runs.stream().map(SandboxRun::outcome).filter(each -> !each.equals(new Outcome.Exited(0))).findFirst().orElse(new Outcome.Exited(0));
        return new SandboxRun(
                outcome,
                used,
                runs.stream().mapToLong(SandboxRun::stdoutBytes).sum(),
                runs.stream().mapToLong(SandboxRun::stderrBytes).sum(),
                runs.stream().map(SandboxRun::drain).reduce(Duration.ZERO, Duration::plus),
                List.of(),
                List.of());
    }
}
