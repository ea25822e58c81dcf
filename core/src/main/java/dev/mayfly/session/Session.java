package dev.mayfly.session;

import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.Holding;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.sandbox.HeldProcess;
import dev.mayfly.sandbox.HeldSandbox;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.Limits;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.ProcessSpec;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.Usage;
import dev.mayfly.session.SessionEnd.Reason;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One sandbox that one tenant holds. Thread-safe.
public final class Session {
    private static final System.Logger LOG = System.getLogger(Session.class.getName());
    private static final Duration USAGE_PATIENCE = Duration.ofSeconds(1);

    private final String id;
    private final String tenant;
    private final Map<String, String> labels;
    private final boolean boundsCpuTime;
    private final Holding holding;
    private final SessionSettings settings;
    private final InstantSource clock;
    private final Lifetime lifetime;
    private final Runnable gone;
    private final HeapBudget heap;
    private final Optional<Interpreters> interpreters;
    private final Commands commands = new Commands();
    private final AtomicReference<@Nullable SessionEnd> end = new AtomicReference<>();
    private volatile @Nullable HeldSandbox sandbox;
    private volatile @Nullable SessionFiles files;

    /// @param gone called once, when it has ended
    Session(String id, SessionRequest request, Holding holding, SessionSettings settings, HeapBudget heap, InstantSource clock, Runnable gone) {
        this.id = id;
        tenant = request.tenant();
        labels = request.labels();
        boundsCpuTime = request.limits().containsKey(LimitAxis.CPU_TIME);
        this.holding = holding;
        this.settings = settings;
        this.heap = heap;
        this.clock = clock;
        this.gone = gone;
        lifetime = new Lifetime(clock, request.time().orElse(settings.usualTime()), request.idle().orElse(settings.usualIdle()), settings.maxTime());
        interpreters = holding.runtime().cells().map(driver -> new Interpreters(settings.grace(), limits().outputBytes(), heap, lifetime, this::startInterpreter));
    }

    /// Starts what it begins with. The caller closes it when this throws.
    void begin() throws SandboxException, InterruptedException {
        Duration cpuTime = boundsCpuTime ? limits().cpuTime() : settings.maxTime().multipliedBy(limits().cpuMillis()).dividedBy(1000);
        var terms = new HeldSandbox.Terms(settings.maxTime(), cpuTime, interpreters.map(Interpreters::listener).orElse(HeldSandbox.ProcessListener.NOBODY), this::over);
        HeldSandbox held = holding.begin(terms);
        sandbox = held;
        files = new SessionFiles(held, settings.maxFileBytes());
        if (interpreters.isPresent()) {
            interpreters.get().begin(held.interpreter());
        }
    }

    public String id() {
        return id;
    }

    public String tenant() {
        return tenant;
    }

    public String runtime() {
        return holding.runtime().id();
    }

    /// Whether its language has cells.
    public boolean hasCells() {
        return interpreters.isPresent();
    }

    public Map<String, String> labels() {
        return labels;
    }

    public Limits limits() {
        return holding.program().limits();
    }

    public boolean isWarm() {
        return holding.isWarm();
    }

    public Instant begun() {
        return lifetime.begun();
    }

    public Instant endsAt() {
        return lifetime.endsAt();
    }

    public Duration idle() {
        return lifetime.idle();
    }

    public Optional<SessionEnd> ended() {
        return Optional.ofNullable(end.get());
    }

    private HeldSandbox live() throws SessionEndedException {
        SessionEnd over = end.get();
        HeldSandbox held = sandbox;
        if (over != null || held == null) {
            throw new SessionEndedException(over != null ? over : new SessionEnd(Reason.FAILED, "it has not begun", clock.instant()));
        }
        return held;
    }

    /// Counts a request from now until the use is closed: meanwhile the session is not idle.
    public Use use() throws SessionEndedException {
        live();
        lifetime.begin();
        return lifetime::end;
    }

    /// While it is open, the session is not idle.
    @FunctionalInterface
    public interface Use extends AutoCloseable {
        @Override
        void close();
    }

    public SessionFiles files() throws SessionEndedException {
        live();
        SessionFiles now = files;
        if (now == null) {
            throw new IllegalStateException("the session has not begun");
        }
        return now;
    }

    /// What runs cells, while the session is there.
    ///
    /// @throws RejectedException the language has no cells
    public Interpreters interpreters() throws RejectedException, SessionEndedException {
        live();
        return interpreters.orElseThrow(() -> RejectedException.invalid("code", "%s has no cells; run commands in this session".formatted(runtime())));
    }

    /// A cell of the first interpreter, as `Interpreters` has it.
    public Cell cell(String code, Duration timeout, long maxOutputBytes) throws RejectedException, SessionEndedException {
        return interpreters().cell(Interpreters.FIRST, code, timeout, maxOutputBytes);
    }

    /// Blocks until the cell has ended.
    public void run(Cell cell) throws InterruptedException {
        interpreters.orElseThrow().run(cell);
    }

    /// The cells that run are to end; false when none runs.
    public boolean interrupt() throws SessionEndedException {
        live();
        return interpreters.map(Interpreters::interrupt).orElse(false);
    }

    private HeldProcess startInterpreter(String folder, HeldSandbox.ProcessListener listener) throws SandboxException, InterruptedException {
        var program = holding.program();
        try {
            return live().start(new ProcessSpec(ProcessSpec.Kind.OF_CELLS, Optional.empty(), folder, holding.runtime().command(program.entrypoint(), limits()), program.env()), listener);
        } catch (SessionEndedException e) {
            throw new SandboxException("the interpreter cannot be started: " + e.getMessage(), e);
        }
    }

    /// Starts a command; the session is not idle while it runs.
    public Command start(CommandRequest wanted) throws RejectedException, SessionEndedException, SandboxException {
        HeldSandbox held = live();
        Command command = added(wanted);
        Map<String, String> env = new HashMap<>(holding.program().env());
        env.putAll(wanted.env());
        wanted.terminal().ifPresent(size -> env.putIfAbsent("TERM", "xterm-256color"));
        var kind = wanted.terminal().isPresent() ? ProcessSpec.Kind.AT_TERMINAL : ProcessSpec.Kind.PLAIN;
        try {
            command.started(held.start(new ProcessSpec(kind, wanted.terminal(), wanted.folder(), wanted.command(), env), command.listener()));
        } catch (SandboxException e) {
            commands.forget(command);
            throw e;
        }
        lifetime.begin();
        command.run(wanted.stdin(), () -> {
            commands.ended(command);
            lifetime.end();
        });
        return command;
    }

    private Command added(CommandRequest wanted) throws RejectedException, SessionEndedException {
        try {
            return commands.add(wanted, heap);
        } catch (RejectedException e) {
            live(); // it may have ended meanwhile
            throw e;
        }
    }

    public Optional<Command> command(int number) {
        return commands.find(number);
    }

    /// Those that run, and the last ones that have ended.
    public Collection<Command> commands() {
        return commands.all();
    }

    /// Gives up what is kept of a command that has ended.
    public void forget(Command command) {
        commands.forget(command);
    }

    public Usage usage() throws SessionEndedException, InterruptedException {
        try {
            return live().usage(USAGE_PATIENCE);
        } catch (SandboxException e) {
            return Usage.NONE;
        }
    }

    /// Puts its end off, or forward.
    ///
    /// @param left from now on
    /// @return when it ends now: at the latest when its longest time is over
    public Instant endIn(Duration left) throws SessionEndedException {
        live();
        return lifetime.endIn(left);
    }

    Lifetime lifetime() {
        return lifetime;
    }

    private void over(Outcome outcome) {
        switch (outcome) {
            case Outcome.TimedOut(Outcome.Clock clockOfLimit, _, _) when clockOfLimit == Outcome.Clock.CPU_TIME -> close(Reason.CPU_TIME);
            case Outcome.TimedOut _ -> close(Reason.EXPIRED);
            case Outcome.OutOfMemory _ -> close(Reason.OUT_OF_MEMORY);
            case Outcome.Failed(String reason, _) -> close(Reason.FAILED, reason);
            case Outcome.Exited _, Outcome.Signaled _, Outcome.OutputLimit _, Outcome.CompileFailed _, Outcome.Cancelled _ -> close(Reason.FAILED);
        }
    }

    /// Ends it, and returns when its sandbox is on its way to be destroyed. The first reason counts.
    public void close(Reason reason) {
        close(reason, reason.words());
    }

    private void close(Reason reason, String detail) {
        if (!end.compareAndSet(null, new SessionEnd(reason, detail, clock.instant()))) {
            return;
        }
        commands.all().forEach(command -> command.giveUp(reason == Reason.SHUTDOWN ? Outcome.By.SHUTDOWN : Outcome.By.CLIENT));
        holding.close(cpuUsed());
        commands.forgetAll();
        gone.run();
        LOG.log(Level.INFO, "session={0} runtime={1} end={2} lasted={3}", id, runtime(), reason, Duration.between(begun(), clock.instant()));
    }

    /// What the sandbox reports; where it cannot any more, the most that it can have had.
    private Duration cpuUsed() {
        HeldSandbox held = sandbox;
        try {
            Usage usage = held == null ? Usage.NONE : held.usage(USAGE_PATIENCE);
            return usage.cpuUser().plus(usage.cpuSystem());
        } catch (SandboxException e) {
            return Duration.between(begun(), clock.instant()).multipliedBy(limits().cpuMillis()).dividedBy(1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Duration.ZERO;
        }
    }
}
