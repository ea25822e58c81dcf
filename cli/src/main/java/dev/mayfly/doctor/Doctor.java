package dev.mayfly.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mayfly.execution.CollectedOutput;
import dev.mayfly.execution.Dispatcher;
import dev.mayfly.execution.Execution;
import dev.mayfly.execution.ExecutionId;
import dev.mayfly.execution.ExecutionMetrics;
import dev.mayfly.execution.ExecutionResult;
import dev.mayfly.execution.Program;
import dev.mayfly.execution.Quotas;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.ServedRuntimes;
import dev.mayfly.execution.Submission;
import dev.mayfly.pool.Lane;
import dev.mayfly.pool.PoolSettings;
import dev.mayfly.pool.WarmBounds;
import dev.mayfly.pool.WarmPool;
import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.runtime.RuntimeCatalog;
import dev.mayfly.sandbox.Hardening;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.OutputFile;
import dev.mayfly.sandbox.Sandbox;
import dev.mayfly.sandbox.SandboxEngine;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.Stdin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;

/// Runs attacks, one at a time, each beside ordinary programs of another caller. After each it looks whether
/// - the attack got the outcome that its name says, and nothing else;
/// - its sandbox is gone within 5 seconds, by the engine's own word;
/// - heap, threads and open files of this process are what they were;
/// - the neighbours' programs were right.
///
/// How long the neighbours took is reported; the caller judges it.
public final class Doctor implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration GONE_WITHIN = Duration.ofSeconds(5);
    private static final int POLL_MILLIS = 20;
    private static final int IDLE_RUNS = 15;
    private static final String NEIGHBOURS_CODE = "print(6*7)";
    private static final String NEIGHBOURS_RUNTIME = "python";
    private static final String OWNER_CODE = "import os; print(os.stat('/etc/passwd').st_uid)";

    /// One sandbox at a time is made: making sandboxes is not what the neighbours' latency should show.
    private static final PoolSettings POOL = new PoolSettings(12, 8L << 30, 64, 1, Duration.ofHours(1));
    private static final WarmBounds WARM = new WarmBounds(2, 2);

    private final SandboxEngine engine;
    private final boolean gvisor;
    private final RuntimeCatalog catalog;
    /// Of this host, which is the engine's.
    private static final Path CGROUP_V2 = Path.of("/sys/fs/cgroup/cgroup.controllers");

    private final WarmPool pool;
    private final Dispatcher dispatcher;
    private final Vitals healthy;
    private final List<Duration> idle = new ArrayList<>();
    private final Set<Long> hostUsers = new HashSet<>();
    private final String imageOwner;

    /// Fills a pool of its own and measures it at rest. The engine stays the caller's.
    ///
    /// @param ociRuntime the OCI runtime that makes the sandboxes, where it was chosen; `runsc` is gVisor
    /// @throws SandboxException sandboxes cannot be made at all; the message says why
    public Doctor(SandboxEngine engine, String ociRuntime, RuntimeCatalog catalog) throws SandboxException, InterruptedException {
        this.engine = engine;
        this.gvisor = Hardening.isGvisor(ociRuntime);
        this.catalog = catalog;
        pool = new WarmPool(engine, POOL);
        boolean ready = false;
        try {
            engine.ping();
            engine.reap();
            var runtimes = new ServedRuntimes(catalog, engine, pool, WARM);
            for (LanguageRuntime runtime : catalog.required()) {
                runtimes.trust(runtime);
                if (runtimes.spec(runtime).isEmpty()) {
                    throw new SandboxException("the engine has no image %s; `mayfly up` makes it".formatted(runtime.image()), false);
                }
                // says better than a pool why it cannot be
                try (Sandbox first = engine.create(runtimes.spec(runtime).orElseThrow())) {
                    first.hostUser().ifPresent(hostUsers::add);
                }
                pool.keep(runtimes.spec(runtime).orElseThrow(), WARM);
            }
            for (LanguageRuntime runtime : catalog.all()) {
                if (runtime.optional()) {
                    runtimes.trust(runtime);
                }
            }
            dispatcher = new Dispatcher(runtimes, pool, engine.engine(), ExecutionMetrics.NONE, Quotas.none(), 0);
            for (int i = 0; i < IDLE_RUNS; i++) {
                awaitRest();
                idle.add(runNeighbour());
            }
            awaitRest();
            imageOwner = run(OWNER_CODE).printed().strip();
            awaitRest();
            ready = true;
        } finally {
            if (!ready) {
                pool.close();
            }
        }
        healthy = Vitals.now();
    }

    /// Whose processes the host takes those of sandboxes for, and whose the image's files are in them, in a sentence.
    public String hostUsers() {
        return hostUsers(hostUsers, imageOwner);
    }

    /// @param users as whom the host saw some sandboxes
    /// @param imageOwner of the image's files, as a sandbox sees it
    static String hostUsers(Set<Long> users, String imageOwner) {
        if (users.isEmpty()) {
            return "sandboxes have users of their own kernel";
        }
        if (users.size() == 1) {
            return ("all sandboxes are the host's user %d: that user can read and end"
                    + " their processes, and the kernel counts signals, messages and descriptors for all of them together").formatted(users.iterator().next());
        }
        String own = "each sandbox has host users of its own";
        return imageOwner.equals("0") ? own : own + ("; in it the image's files are the user %s's and not root's, because this kernel or the folder's file system"
                + " has no idmapped mounts").formatted(imageOwner);
    }

    /// How long ordinary programs take when nothing else runs.
    public List<Duration> idle() {
        return List.copyOf(idle);
    }

    /// Whether there is an image for it; only an optional language may have none.
    public boolean canRun(Attack attack) {
        return dispatcher.offers().containsKey(attack.runtime());
    }

    /// Runs one attack to its end. Whatever happens is a finding.
    public Finding examine(Attack attack) throws InterruptedException {
        List<String> troubles = new ArrayList<>();
        try (var neighbours = new Neighbours(this::patientNeighbour)) {
            try {
                troubles.addAll(run(attack));
            } catch (RejectedException e) {
                troubles.add("not admitted: " + e.detail());
            }
            neighbours.close();
            troubles.addAll(neighbours.troubles());
            if (!isAtRest(PATIENCE)) {
                troubles.add("the pool does not come to rest: " + pool.stats());
            }
            troubles.addAll(Vitals.now().growthSince(healthy));
            return new Finding(attack, isKnownGap(attack), troubles, neighbours.durations());
        }
    }

    private List<String> run(Attack attack) throws RejectedException, InterruptedException {
        var output = new CollectedOutput();
        ExecutionResult result;
        try (Execution execution = dispatcher.admit(submission(attack.runtime(), attack.code(), attack.limits(), attack.outputs()), PATIENCE)) {
            result = execution.run(output);
        }
        String expected = attack.outcome(peculiarities(attack));
        List<String> troubles = expected.equals(Attack.NOT_HELD) ? new ArrayList<>() : heldAgainst(attack, expected, result, output);
        if (!isGone(result.sandbox().containerId())) {
            troubles.add("its sandbox %s is still there after %d s".formatted(result.sandbox().containerId(), GONE_WITHIN.toSeconds()));
        }
        return troubles;
    }

    private static List<String> heldAgainst(Attack attack, String expected, ExecutionResult result, CollectedOutput output) {
        List<String> troubles = new ArrayList<>();
        String actual = OutcomeName.of(result.outcome());
        if (!List.of(expected.split(Attack.OR)).contains(actual)) {
            troubles.add("it ended with %s instead of %s %s".formatted(actual, expected, excerpt(output)));
        }
        new String(output.stdout(), UTF_8).lines().filter(line -> line.startsWith(Attack.BREACH)).forEach(troubles::add);
        List<String> files = result.run().files().stream().map(OutputFile::path).sorted().toList();
        if (!files.equals(attack.bringsBack().stream().sorted().toList())) {
            troubles.add("it brought back %s instead of %s".formatted(files, attack.bringsBack()));
        }
        return troubles;
    }

    /// Whether such a confinement is known to be missing.
    private boolean isKnownGap(Attack attack) {
        return attack.outcome(peculiarities(attack)).equals(Attack.NOT_HELD);
    }

    /// Of who makes the sandboxes; the narrowest first.
    private List<String> peculiarities(Attack attack) {
        if (gvisor || Hardening.isGvisor(catalog.find(attack.runtime()).orElseThrow().ociRuntime())) {
            return List.of("runsc");
        }
        String cgroup = Files.exists(CGROUP_V2) ? "cgroup v2" : "cgroup v1";
        return engine.engine().equals("docker") ? List.of("docker on " + cgroup, "docker", cgroup) : List.of(cgroup);
    }

    private static String excerpt(CollectedOutput output) {
        String said = new String(output.stderr(), UTF_8).strip();
        return said.isEmpty() ? "" : "(%s)".formatted(said.substring(Math.max(0, said.length() - 300)));
    }

    private Duration patientNeighbour() throws InterruptedException, SandboxException {
        awaitReady();
        return runNeighbour();
    }

    private Duration runNeighbour() throws InterruptedException, SandboxException {
        Ordinary ran = run(NEIGHBOURS_CODE);
        if (!ran.printed().equals("42\n")) {
            throw new SandboxException("an ordinary program printed " + ran.printed(), true);
        }
        return ran.total();
    }

    private record Ordinary(String printed, Duration total) {}

    /// A program that does no harm.
    private Ordinary run(String code) throws InterruptedException, SandboxException {
        var output = new CollectedOutput();
        try (Execution execution = dispatcher.admit(submission(NEIGHBOURS_RUNTIME, code, Map.of(), List.of()), PATIENCE)) {
            ExecutionResult result = execution.run(output);
            String printed = new String(output.stdout(), UTF_8);
            if (!result.outcome().equals(new Outcome.Exited(0))) {
                throw new SandboxException("an ordinary program ended with %s and printed %s".formatted(result.outcome(), printed), true);
            }
            return new Ordinary(printed, result.timing().total());
        } catch (RejectedException e) {
            throw new SandboxException("an ordinary program was refused: " + e.detail(), e);
        }
    }

    private static Submission submission(String runtime, String code, Map<LimitAxis, Long> limits, List<String> outputs) {
        var program = new Program(Optional.of(code.getBytes(UTF_8)), List.of(), Optional.empty(), List.of(), Map.of(), Stdin.EMPTY, outputs);
        return new Submission(ExecutionId.next(), Submission.DEFAULT_TENANT, Lane.INTERACTIVE, Optional.of(runtime), program, limits);
    }

    private boolean isGone(String sandbox) throws InterruptedException {
        return until(GONE_WITHIN, () -> !engine.isPresent(sandbox));
    }

    /// A neighbour never waits for its sandbox to be made, so that its time is that of its own run.
    private void awaitReady() throws InterruptedException, SandboxException {
        if (!until(PATIENCE, () -> pool.stats().shelves().entrySet().stream().anyMatch(
                shelf -> shelf.getKey().runtime().startsWith(NEIGHBOURS_RUNTIME) && shelf.getValue().target() > 0 && shelf.getValue().ready() > 0))) {
            throw new SandboxException("no sandbox for an ordinary program: " + pool.stats(), false);
        }
    }

    private void awaitRest() throws InterruptedException, SandboxException {
        if (!isAtRest(PATIENCE)) {
            throw new SandboxException("sandboxes cannot be made: " + pool.stats(), false);
        }
    }

    private boolean isAtRest(Duration patience) throws InterruptedException {
        return until(patience, () -> pool.stats().alive() == pool.stats().ready() && pool.stats().ready() == WARM.min() * catalog.required().size());
    }

    private static boolean until(Duration patience, Callable<Boolean> condition) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() < end) {
            try {
                if (condition.call()) {
                    return true;
                }
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                System.getLogger(Doctor.class.getName()).log(System.Logger.Level.DEBUG, "not known now", e);
            }
            Thread.sleep(POLL_MILLIS);
        }
        return false;
    }

    @Override
    public void close() {
        pool.close();
    }
}
