package dev.mayfly.execution;

import dev.mayfly.execution.RejectedException.Kind;
import dev.mayfly.pool.Lease;
import dev.mayfly.pool.NoSandboxException;
import dev.mayfly.pool.WarmPool;
import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.runtime.RuntimeCatalog;
import dev.mayfly.sandbox.Limits;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.SandboxSpec;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Admits submissions: checks, waits in the bounded queue, leases. Thread-safe.
public final class Dispatcher {
    private static final Duration RETRY_SOON = Duration.ofSeconds(1);
    private static final Duration RETRY_LATER = Duration.ofSeconds(5);

    private final ServedRuntimes runtimes;
    private final WarmPool pool;
    private final String engine;
    private final ExecutionMetrics metrics;
    private final Quotas quotas;
    private final SecretSource secrets;
    private final Admission admission;
    private final Set<Execution> admitted = ConcurrentHashMap.newKeySet();
    private final HeapBudget compiledPrograms = new HeapBudget(Duration.ZERO);

    /// @param quotas of the tenants in the interactive lane; the bulk lane is bounded by its slots
    /// @param bulkSlots executions of the bulk lane at the same time
    public Dispatcher(ServedRuntimes runtimes, WarmPool pool, String engine, ExecutionMetrics metrics, Quotas quotas, int bulkSlots) {
        this(runtimes, pool, engine, metrics, quotas, SecretSource.NONE, bulkSlots);
    }

    /// @param quotas of the tenants in the interactive lane; the bulk lane is bounded by its slots
    /// @param secrets that submissions may name
    /// @param bulkSlots executions of the bulk lane at the same time
    public Dispatcher(ServedRuntimes runtimes, WarmPool pool, String engine, ExecutionMetrics metrics, Quotas quotas, SecretSource secrets, int bulkSlots) {
        this.runtimes = runtimes;
        this.pool = pool;
        this.engine = engine;
        this.metrics = metrics;
        this.quotas = quotas;
        this.secrets = secrets;
        admission = new Admission(quotas, bulkSlots);
    }

    /// Blocks for a sandbox at most as long as the patience; in the bulk lane, before that, for one of its slots. The
    /// caller runs and closes the execution.
    ///
    /// @throws RejectedException the submission is not valid, or no sandbox is free for it now; nothing ran
    public Execution admit(Submission submission, Duration patience) throws RejectedException, InterruptedException {
        return admit(submission, patience, admission.of(submission), Preparation::of);
    }

    /// As `admit`, of an execution that only looks for errors of syntax: it exits with 0 where there are none.
    ///
    /// @throws RejectedException also where the language cannot be checked without running the program
    public Execution admitCheck(Submission submission, Duration patience) throws RejectedException, InterruptedException {
        return admit(submission, patience, admission.of(submission), Preparation::checking);
    }

    @FunctionalInterface
    private interface Preparing {
        Preparation of(Submission submission, LanguageRuntime runtime) throws RejectedException;
    }

    /// Checks a submission that is to run later, perhaps on another replica, and counts it against its tenant's rate.
    /// Returns it with its runtime named as every replica knows it.
    ///
    /// @throws RejectedException the submission is wrong, or its tenant has used up what it may
    public Submission check(Submission submission) throws RejectedException {
        try {
            LanguageRuntime runtime = runtime(submission);
            Preparation.of(withSecrets(submission), runtime);
            quotas.check(submission.tenant());
            return submission.withRuntime(commonName(submission, runtime));
        } catch (RejectedException e) {
            metrics.rejected(e.kind());
            throw e;
        }
    }

    /// The id where the submission pins the version; else the bare name, whatever alias or file it came by, so that
    /// any version may run it.
    private static String commonName(Submission submission, LanguageRuntime runtime) {
        return submission.runtime().filter(runtime.id()::equals).orElse(runtime.name());
    }

    /// What the submission's runtime is called in common; empty where it names none and no file's ending decides it
    /// here.
    public Optional<String> commonName(Submission submission) {
        try {
            return Optional.of(commonName(submission, runtime(submission)));
        } catch (RejectedException e) {
            return submission.runtime();
        }
    }

    /// What can be run here now: by each common name of a runtime that has an image, its ceilings.
    public Map<String, Limits> offers() {
        var offers = new LinkedHashMap<String, Limits>();
        for (LanguageRuntime runtime : runtimes.catalog().all()) {
            if (runtimes.spec(runtime).isPresent()) {
                offers.put(runtime.id(), runtime.ceilings());
                if (runtimes.catalog().find(runtime.name()).filter(runtime::equals).isPresent()) {
                    offers.put(runtime.name(), runtime.ceilings());
                }
            }
        }
        return offers;
    }

    /// As `admit`, of a submission that was checked before. Also in the bulk lane it counts against its tenant's quota.
    ///
    /// @param taken its function's place, which the execution leaves at its end
    public Execution admitChecked(Submission submission, Duration patience, FunctionPlaces.Place taken) throws RejectedException, InterruptedException {
        return admit(submission, patience, admission.ofChecked(submission, taken), Preparation::of);
    }

    /// Of the functions that bound how many executions they have at the same time.
    public FunctionPlaces functionPlaces() {
        return admission.functionPlaces();
    }

    private Execution admit(Submission submission, Duration patience, Admission.Place place, Preparing preparing) throws RejectedException, InterruptedException {
        long admittedAt = System.nanoTime();
        boolean done = false;
        enter(place);
        try {
            Execution execution = prepare(submission, place, admittedAt, patience, preparing);
            admitted.add(execution);
            done = true;
            return execution;
        } catch (RejectedException e) {
            metrics.rejected(e.kind());
            throw e;
        } finally {
            if (!done) {
                place.leave(Duration.ZERO);
            }
        }
    }

    /// A sandbox for a session: its files and limits are the submission's, and it has no program. Blocks as `admit`
    /// does.
    ///
    /// @throws RejectedException the submission is not valid, or no sandbox is free for it now
    public Holding hold(Submission submission, Duration patience) throws RejectedException, InterruptedException {
        Admission.Place place = admission.of(submission);
        boolean done = false;
        enter(place);
        try {
            LanguageRuntime runtime = runtime(submission);
            Preparation preparation = Preparation.held(submission, runtime);
            Lease lease = lease(runtimes.requireSpec(runtime, preparation.firstLimits()), submission, patience);
            fit(lease, preparation.firstLimits());
            done = true;
            return new Holding(preparation, place, lease);
        } catch (RejectedException e) {
            metrics.rejected(e.kind());
            throw e;
        } finally {
            if (!done) {
                place.leave(Duration.ZERO);
            }
        }
    }

    private Execution prepare(Submission submission, Admission.Place place, long admittedAt, Duration patience, Preparing preparing) throws RejectedException, InterruptedException {
        LanguageRuntime runtime = runtime(submission);
        Preparation preparation = preparing.of(withSecrets(submission), runtime);
        SandboxSpec spec = runtimes.requireSpec(runtime, preparation.firstLimits());
        Lease lease = lease(spec, submission, patience);
        long leasedAt = System.nanoTime();
        fit(lease, preparation.firstLimits());
        Duration queued = Duration.ofNanos(leasedAt - admittedAt);
        Duration fitted = Duration.ofNanos(System.nanoTime() - leasedAt);
        metrics.leased(runtime.id(), queued, lease.warm());
        return new Execution(this, submission, place, preparation, lease, new Execution.Queueing(admittedAt, lease.queuePosition(), queued, fitted));
    }

    private Submission withSecrets(Submission submission) throws RejectedException {
        return submission.secrets().isEmpty() ? submission : submission.withVariables(secrets.values(submission.tenant(), submission.secrets()));
    }

    private void enter(Admission.Place place) throws RejectedException, InterruptedException {
        try {
            place.enter();
        } catch (RejectedException e) {
            metrics.rejected(e.kind());
            throw e;
        }
    }

    /// Another sandbox for a program whose first one broke before user code started.
    Lease leaseAgain(Lease broken, Submission submission, Limits limits, Duration patience) throws RejectedException, InterruptedException {
        return exchange(broken, broken.sandbox().spec(), submission, limits, patience);
    }

    /// The next sandbox of an execution: for what was compiled, or for another case.
    Lease leaseNext(Lease used, Submission submission, LanguageRuntime runtime, Limits limits, Duration patience) throws RejectedException, InterruptedException {
        return exchange(used, runtimes.requireSpec(runtime, limits), submission, limits, patience);
    }

    private Lease exchange(Lease used, SandboxSpec spec, Submission submission, Limits limits, Duration patience) throws RejectedException, InterruptedException {
        try {
            Lease lease = pool.exchange(used, spec, submission.borrower(), patience);
            fit(lease, limits);
            return lease;
        } catch (NoSandboxException e) {
            throw refused(e);
        }
    }

    /// Cancels whatever is admitted now; each ends with a result of its own.
    public void cancelAll(Outcome.By by) {
        admitted.forEach(execution -> execution.cancel(by));
    }

    /// @param cpu what it used
    void closed(Execution execution, Admission.Place place, Duration cpu) {
        if (admitted.remove(execution)) {
            place.leave(cpu);
        }
    }

    /// What compiled programs, between their compiler and the end of their run, may take of the heap together.
    HeapBudget compiledPrograms() {
        return compiledPrograms;
    }

    String engine() {
        return engine;
    }

    ExecutionMetrics metrics() {
        return metrics;
    }

    private Lease lease(SandboxSpec spec, Submission submission, Duration patience) throws RejectedException, InterruptedException {
        try {
            return pool.lease(spec, submission.borrower(), patience);
        } catch (NoSandboxException e) {
            throw refused(e);
        }
    }

    private static RejectedException refused(NoSandboxException e) {
        Kind kind =
                switch (e.reason()) {
                    case AT_CAPACITY -> Kind.AT_CAPACITY;
                    case ENGINE_DOWN -> Kind.ENGINE_UNAVAILABLE;
                    case RUNTIME_BROKEN -> Kind.RUNTIME_UNAVAILABLE;
                    case DRAINING -> Kind.DRAINING;
                };
        return RejectedException.forNow(kind, String.valueOf(e.getMessage()), kind == Kind.AT_CAPACITY ? RETRY_SOON : RETRY_LATER);
    }

    /// Memory, CPUs and processes of a warm sandbox can still be changed; the rest is the agent's or the spec's.
    private static void fit(Lease lease, Limits limits) throws RejectedException, InterruptedException {
        Limits made = lease.sandbox().spec().limits();
        boolean fits = made.memoryBytes() == limits.memoryBytes() && made.cpuMillis() == limits.cpuMillis() && made.pids() == limits.pids();
        if (fits) {
            return;
        }
        boolean done = false;
        try {
            lease.sandbox().resize(limits);
            done = true;
        } catch (SandboxException e) {
            throw RejectedException.forNow(Kind.RUNTIME_UNAVAILABLE, "the limits could not be set: " + e.getMessage(), RETRY_SOON);
        } finally {
            if (!done) {
                lease.close();
            }
        }
    }

    private LanguageRuntime runtime(Submission submission) throws RejectedException {
        RuntimeCatalog catalog = runtimes.catalog();
        if (submission.runtime().isPresent()) {
            String name = submission.runtime().get();
            return catalog.find(name).filter(runtime -> runtime.isOpenTo(submission.tenant())).orElseThrow(() -> unknown(name, submission.tenant()));
        }
        String file = submission.program().startFile(path -> catalog.forFile(path).isPresent());
        return catalog.forFile(file).filter(runtime -> runtime.isOpenTo(submission.tenant())).orElseThrow(() -> RejectedException.invalid(
                "runtime", "runtime is missing, and no file name's extension names one; give runtime or entrypoint"));
    }

    private RejectedException unknown(String name, String tenant) {
        String offered = String.join(", ", runtimes.offered(tenant).stream().map(LanguageRuntime::id).toList());
        return RejectedException.because(Kind.UNKNOWN_RUNTIME, "runtime", "unknown runtime %s; the runtimes are %s".formatted(name, offered));
    }
}
