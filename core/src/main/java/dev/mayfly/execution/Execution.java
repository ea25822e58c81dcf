package dev.mayfly.execution;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mayfly.pool.Lease;
import dev.mayfly.sandbox.CaseRun;
import dev.mayfly.sandbox.Compilation;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.OutputChunk;
import dev.mayfly.sandbox.OutputFile;
import dev.mayfly.sandbox.OutputSink;
import dev.mayfly.sandbox.PreparedProgram;
import dev.mayfly.sandbox.RareWarning;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.SandboxRun;
import dev.mayfly.sandbox.SandboxSpec;
import dev.mayfly.sandbox.Stdin;
import dev.mayfly.sandbox.Usage;
import dev.mayfly.sandbox.WindowSize;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// An admitted submission with its sandbox. `run` once, on the thread that owns it; `cancel` and `signal` from any
/// thread.
public final class Execution implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Execution.class.getName());
    private static final Duration RETRY_PATIENCE = Duration.ofSeconds(2);
    private static final Duration NEXT_PATIENCE = Duration.ofSeconds(60);
    private static final int MOST_SANDBOXES = 4;

    record Queueing(long atNanos, int queuePosition, Duration queued, Duration lease) {}

    private final Dispatcher dispatcher;
    private final Submission submission;
    private final Admission.Place place;
    private final Preparation preparation;
    private final Queueing queueing;
    private final AtomicReference<Outcome.@Nullable By> cancelledBy = new AtomicReference<>();
    private volatile Lease lease;
    private @Nullable Thread runner;
    private boolean ended;
    private volatile @Nullable Duration idleFor;
    private volatile Duration used = Duration.ZERO;
    private Optional<Compilation> compilation = Optional.empty();
    private final Cases cases;
    private final HeapBudget.Hold compiledFiles;
    private volatile boolean compiling;
    private volatile @Nullable WindowSize resized;

    Execution(Dispatcher dispatcher, Submission submission, Admission.Place place, Preparation preparation, Lease lease, Queueing queueing) {
        this.dispatcher = dispatcher;
        this.submission = submission;
        this.place = place;
        this.preparation = preparation;
        this.cases = new Cases(preparation);
        this.compiledFiles = dispatcher.compiledPrograms().hold();
        this.lease = lease;
        this.queueing = queueing;
    }

    public String id() {
        return submission.id();
    }

    public String runtime() {
        return preparation.runtime().id();
    }

    /// What its output can come to.
    public long mostOutputBytes() {
        return preparation.cases().isEmpty() ? preparation.program().limits().outputBytes() : 0;
    }

    /// What is kept of it until its end, also where its output is streamed: files, what the compiler writes, and the cases.
    public long mostKeptBytes() {
        return preparation.mostKeptBytes();
    }

    /// Runs to the end and blocks meanwhile; every ending is a result. Interruption cancels, and the flag is then
    /// clear.
    public ExecutionResult run(OutputSink sink) {
        return new CurrentExecution(id(), submission.tenant()).during(() -> runAndReport(sink));
    }

    private ExecutionResult runAndReport(OutputSink sink) {
        long begun = System.nanoTime();
        ExecutionResult result = result(runToEnd(sink));
        Duration elapsed = result.outcome() instanceof Outcome.CompileFailed ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - begun);
        used = used(result.run().usage(), elapsed).plus(compilation.map(made -> cpu(made.run().usage())).orElse(Duration.ZERO));
        dispatcher.metrics().ended(submission, result);
        place.programEnded(); // before anybody learns of it, and sends the next one
        LOG.log(Level.INFO, "execution={0} runtime={1} outcome={2} wall={3} start={4}", id(), runtime(),
                result.outcome().getClass().getSimpleName(), result.run().usage().wall(), result.sandbox().isWarm() ? "warm" : "cold");
        return result;
    }

    /// The CPU time that the sandbox reported; of one that could not report any more, the most that it can have had.
    private Duration used(Usage reported, Duration elapsed) {
        return reported.equals(Usage.NONE)
                ? elapsed.multipliedBy(preparation.program().limits().cpuMillis()).dividedBy(1000)
                : cpu(reported);
    }

    private static Duration cpu(Usage usage) {
        return usage.cpuUser().plus(usage.cpuSystem());
    }

    private SandboxRun runToEnd(OutputSink sink) {
        try {
            begin();
            return preparation.compile().isPresent() ? compileAndRun(preparation.compile().get(), sink) : run(preparation.program(), sink);
        } catch (InterruptedException e) {
            Outcome.By by = cancelledBy.get();
            Duration idle = idleFor;
            return SandboxRun.ended(idle != null ? new Outcome.TimedOut(Outcome.Clock.IDLE_TIME, idle, idle) : new Outcome.Cancelled(by == null ? Outcome.By.SHUTDOWN : by));
        } catch (SandboxException e) {
            return SandboxRun.ended(new Outcome.Failed(String.valueOf(e.getMessage()), !e.userCodeStarted() && cases.ended().isEmpty()));
        } catch (RejectedException e) {
            return SandboxRun.ended(new Outcome.Failed("there was no other sandbox: " + e.detail(), cases.ended().isEmpty()));
        } finally {
            end();
        }
    }

    private SandboxRun compileAndRun(PreparedProgram compiler, OutputSink sink) throws SandboxException, RejectedException, InterruptedException {
        compiling = true;
        sink.started();
        Compilation compiled = compile(compiler);
        sink.compiled(compiled);
        return compiled.succeeded()
                ? run(preparation.compiled(compiled.run().files()), afterCompiling(sink))
                : SandboxRun.ended(new Outcome.CompileFailed(compiled.run().outcome()));
    }

    private SandboxRun run(PreparedProgram program, OutputSink sink) throws SandboxException, RejectedException, InterruptedException {
        if (!preparation.cases().isEmpty()) {
            sink.started();
            return cases.run(program, this::runFresh, sink);
        }
        if (compilation.isPresent()) {
            change(preparation.program());
        }
        return program.stdin() instanceof Stdin.Terminal terminal ? runAtTerminal(program, terminal, sink) : runRetrying(program, sink);
    }

    private Compilation compile(PreparedProgram compiler) throws SandboxException, RejectedException, InterruptedException {
        var output = new CollectedOutput();
        SandboxRun run = fitting(runRetrying(compiler, output));
        if (!compiledFiles.tryAdd(run.files().stream().mapToLong(file -> file.content().length).sum())) {
            throw new SandboxException("too many large compiled programs are run at the same time", false);
        }
        for (OutputFile.Skipped lost : run.skipped()) {
            String message = "mayfly: the compiled file %s cannot be run: %s%n".formatted(lost.path(), lost.reason());
            output.accept(new OutputChunk(OutputChunk.Stream.STDERR, 0, Duration.ZERO, message.getBytes(UTF_8)));
        }
        var made = new Compilation(run, output.stdout(), output.stderr());
        compilation = Optional.of(made);
        return made;
    }

    /// What does not fit beside the program's own files is not taken over.
    private SandboxRun fitting(SandboxRun run) {
        Optional<String> misfit = preparation.misfit(run.files());
        return misfit.isEmpty() ? run : run.without(new OutputFile.Skipped(run.files().getFirst().path(), misfit.get()));
    }

    /// In a sandbox in which nothing of the compiler is left, nor of another case.
    private SandboxRun runFresh(PreparedProgram program, OutputSink sink) throws SandboxException, RejectedException, InterruptedException {
        if (compilation.isPresent() || !cases.ended().isEmpty()) {
            change(program);
        }
        return runRetrying(program, sink);
    }

    private void change(PreparedProgram next) throws RejectedException, InterruptedException {
        lease = dispatcher.leaseNext(lease, submission, preparation.runtime(), next.limits(), NEXT_PATIENCE);
    }

    /// The start was reported when the compiler's was.
    private OutputSink afterCompiling(OutputSink sink) {
        return new OutputSink() {
            @Override
            public void started() {
                compiling = false;
                WindowSize size = resized;
                if (size != null) {
                    try {
                        lease.sandbox().resizeTerminal(size);
                    } catch (SandboxException e) {
                        LOG.log(Level.DEBUG, "the sandbox broke, as its run will report", e);
                    }
                }
            }

            @Override
            public void accept(OutputChunk chunk) throws InterruptedException {
                sink.accept(chunk);
            }

            @Override
            public void ended(CaseRun run) throws InterruptedException {
                sink.ended(run);
            }
        };
    }

    /// Only a program that has not started may move to another sandbox, a few times: what broke one may have broken
    /// those that wait beside it. Input that was being typed cannot move.
    private SandboxRun runRetrying(PreparedProgram program, OutputSink sink) throws SandboxException, RejectedException, InterruptedException {
        for (int sandbox = 1; ; sandbox++) {
            try {
                return lease.sandbox().run(program, sink);
            } catch (SandboxException e) {
                if (sandbox == MOST_SANDBOXES || e.userCodeStarted() || !(program.stdin() instanceof Stdin.Bytes)) {
                    throw e;
                }
                RareWarning.ENGINE.warn("execution={0} moves to another sandbox: {1}", id(), e.getMessage());
                lease = dispatcher.leaseAgain(lease, submission, program.limits(), RETRY_PATIENCE);
            }
        }
    }

    private SandboxRun runAtTerminal(PreparedProgram program, Stdin.Terminal terminal, OutputSink sink) throws SandboxException, RejectedException, InterruptedException {
        try (var watch = new IdleWatch(terminal.maxIdle(), () -> endIdle(terminal.maxIdle()))) {
            var watched = new Stdin.Terminal(watch.of(terminal.stream()), terminal.size(), terminal.maxIdle());
            return runRetrying(program.withInput(program.args(), watched), watch.of(sink));
        }
    }

    private synchronized void endIdle(Duration idle) {
        if (!ended && cancelledBy.get() == null && runner != null) {
            idleFor = idle;
            runner.interrupt();
        }
    }

    private synchronized void begin() throws InterruptedException {
        if (cancelledBy.get() != null) {
            throw new InterruptedException("cancelled before the start");
        }
        runner = Thread.currentThread();
    }

    private synchronized void end() {
        ended = true;
        runner = null;
        Thread.interrupted(); // a cancellation that came too late must not hit what the thread does next
    }

    /// Ends the program, at any phase. The first caller's reason counts; after the end nothing happens.
    public synchronized void cancel(Outcome.By by) {
        if (!ended && cancelledBy.compareAndSet(null, by) && runner != null) {
            runner.interrupt();
        }
    }

    /// Sends a signal, 1 to 31, to the running program.
    public void signal(int number) throws SandboxException {
        lease.sandbox().signal(number);
    }

    /// Gives the program's terminal another size.
    ///
    /// @throws IllegalArgumentException it has none
    public void resizeTerminal(WindowSize size) throws SandboxException {
        if (!(preparation.program().stdin() instanceof Stdin.Terminal)) {
            throw new IllegalArgumentException("this execution has no terminal; ask for one with tty in the first message");
        }
        resized = size; // before the look: the runner looks at both in the other order
        if (compiling) {
            return;
        }
        lease.sandbox().resizeTerminal(size);
    }


    private ExecutionResult result(SandboxRun run) {
        SandboxSpec spec = lease.sandbox().spec();
        Duration total = Duration.ofNanos(System.nanoTime() - queueing.atNanos());
        var timing = new ExecutionResult.Timing(
                queueing.queuePosition(), queueing.queued(), queueing.lease(), run.usage().wall(), run.drain(), total);
        String coldReason = preparation.coldReason().orElseGet(() -> lease.warm() ? "" : "no sandbox of this kind was waiting");
        var sandbox = new ExecutionResult.SandboxInfo(
                dispatcher.engine(), lease.sandbox().id(), lease.sandbox().hostUser(), spec.image(), coldReason, preparation.program().limits());
        return new ExecutionResult(id(), runtime(), submission.invocation(), run, compilation, cases.ended(), timing, sandbox);
    }

    /// Gives the sandbox back for destruction and returns at once. Idempotent.
    @Override
    public void close() {
        dispatcher.closed(this, place, used);
        compiledFiles.close();
        lease.close();
    }
}
