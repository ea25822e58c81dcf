package dev.mayfly.oci;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.PreparedProgram;
import dev.mayfly.sandbox.Sandbox;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.SandboxRun;
import dev.mayfly.sandbox.SandboxSpec;
import dev.mayfly.sandbox.SourceFile;
import dev.mayfly.sandbox.Stdin;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/// Interpreters that wait are alike until their programs come: some of each kind are written down, and those of all
/// further sandboxes are restored from them, see `runtimes/agent/snapshot.h`. Thread-safe.
final class Snapshots {
    private static final System.Logger LOG = System.getLogger(Snapshots.class.getName());

    /// Where an agent finds it.
    private static final Path NAME = Path.of("mayfly", "snapshot");

    /// One is taken of the third sandbox of its kind: the first ones are waited for by a service that starts, and may
    /// be the only ones. Where that fails, of some later ones.
    private static final Set<Integer> TAKEN_OF = Set.of(3, 16, 128);

    private record Kind(String runtime, String image, List<String> warmCommand, String ociRuntime) {
        static Kind of(SandboxSpec spec) {
            return new Kind(spec.runtime(), spec.image(), spec.warmCommand(), spec.ociRuntime());
        }
    }

    /// Makes a sandbox whose interpreter comes of a snapshot.
    interface Factory {
        Sandbox create(Path layer) throws SandboxException, InterruptedException;
    }

    private final Path keeper;
    private final Path folder;
    private final Duration patience;
    private final InstantSource clock;
    private final Map<Kind, Integer> made = new ConcurrentHashMap<>();
    private final Map<Kind, SnapshotSeries> series = new ConcurrentHashMap<>();

    /// Those that were replaced last: a sandbox that is just being made may still need one.
    private final Set<Path> replaced = ConcurrentHashMap.newKeySet();

    Snapshots(Path keeper, Path folder, Duration patience, InstantSource clock) {
        this.keeper = keeper.toAbsolutePath();
        this.folder = folder;
        this.patience = patience;
        this.clock = clock;
    }

    /// Whether the next such sandbox is to be started, for another snapshot. The caller then makes one.
    boolean isDue(SandboxSpec spec) {
        return of(Kind.of(spec)).claim(clock.instant());
    }

    /// A layer for the bottom of such a sandbox's root file system.
    Optional<Path> layer(SandboxSpec spec) {
        return of(Kind.of(spec)).next();
    }

    /// No sandbox could be made with it.
    void forget(SandboxSpec spec, Path layer) {
        of(Kind.of(spec)).remove(layer);
    }

    private SnapshotSeries of(Kind kind) {
        return series.computeIfAbsent(kind, its -> new SnapshotSeries());
    }

    /// For every sandbox that was made without one and waits. When this returns true, the sandbox was used up for a
    /// snapshot, and is closed.
    ///
    /// @param due whether it was made for that
    boolean take(Sandbox sandbox, boolean due, Factory factory) throws InterruptedException {
        Kind kind = Kind.of(sandbox.spec());
        if (!due && !TAKEN_OF.contains(made.merge(kind, 1, Integer::sum))) {
            return false;
        }
        Optional<Long> interpreter = interpreter(sandbox.id());
        if (interpreter.isEmpty()) {
            return false;
        }
        Path layer = folder.resolve(UUID.randomUUID().toString());
        boolean used = false;
        try (sandbox) {
            write(interpreter.get(), sandbox.id(), layer);
            rehearse(factory.create(layer), layer);
            use(kind, layer);
            used = true;
        } catch (IOException | SandboxException e) {
            LOG.log(Level.WARNING, "runtime={0}: {1}: {2}", sandbox.spec().runtime(),
                    due ? "its interpreters go on being restored from the earlier snapshots" : "interpreters are started in every sandbox", e.getMessage());
        } finally {
            if (!used) {
                delete(layer);
            }
        }
        return true;
    }

    /// Beside the latest ones, and instead of those of the runtime's earlier images, of which no more sandboxes are
    /// made.
    private synchronized void use(Kind kind, Path layer) {
        replaced.forEach(Snapshots::delete);
        replaced.clear();
        series.forEach((other, its) -> {
            if (other.runtime().equals(kind.runtime()) && !other.image().equals(kind.image())) {
                replaced.addAll(its.removeAll());
            }
        });
        of(kind).add(layer, clock.instant()).ifPresent(replaced::add);
    }

    private static void delete(Path layer) {
        try {
            Folders.delete(layer);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "{0} is left until the service ends: {1}", layer, e.getMessage());
        }
    }

    /// The one process beside the agent; empty when it has others beside it, or ends just now.
    private static Optional<Long> interpreter(String sandboxId) {
        try {
            List<Long> processes = ControlGroups.processes(sandboxId);
            for (long process : processes) {
                List<String> status = Files.readAllLines(Path.of("/proc", String.valueOf(process), "status"), ISO_8859_1);
                if (processes.size() == 2 && processes.stream().anyMatch(agent -> status.contains("PPid:\t" + agent))) {
                    return Optional.of(process);
                }
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "container={0}: {1}", sandboxId, e.getMessage());
        }
        return Optional.empty();
    }

    private void write(long interpreter, String sandboxId, Path layer) throws IOException, InterruptedException {
        Path file = layer.resolve(NAME);
        Folders.makePrivate(folder);
        Files.createDirectories(file.getParent());
        try (var work = new KeeperWork("--snapshot", interpreter, sandboxId, file)) {
            work.await();
        }
    }

    /// The pages that its program touches are noted in the snapshot: every further sandbox touches them before it
    /// waits.
    private void rehearse(Sandbox sandbox, Path layer) throws SandboxException, IOException, InterruptedException {
        try (sandbox) {
            if (!isRestored(sandbox)) {
                throw new SandboxException("the snapshot does not fit", false);
            }
            SandboxSpec.Rehearsal rehearsal = sandbox.spec().rehearsal().orElseThrow();
            var source = new SourceFile(rehearsal.entrypoint(), rehearsal.code().getBytes(UTF_8));
            var program = new PreparedProgram(rehearsal.entrypoint(), List.of(), List.of(), Map.of(), List.of(source), List.of(), Stdin.EMPTY, sandbox.spec().limits(), new PreparedProgram.CollectionBudget(0, 0));
            long interpreter = interpreter(sandbox.id()).orElseThrow(() -> new SandboxException("the interpreter is gone", false));
            try (var work = new KeeperWork("--touched", interpreter, sandbox.id(), layer.resolve(NAME))) {
                work.awaitFirstWord();
                SandboxRun run = sandbox.run(program, output -> {});
                if (!run.outcome().equals(new Outcome.Exited(0))) {
                    throw new SandboxException("an interpreter of a snapshot does not run: " + run.outcome(), false);
                }
                work.await();
            }
        }
    }

    /// What the keeper does with a process and its snapshot.
    private final class KeeperWork implements AutoCloseable {
        private final Path log;
        private final Process process;

        /// Ends it when the patience is over, so that nobody waits for its first word for longer.
        private final Thread guard;

        KeeperWork(String what, long interpreter, String sandboxId, Path file) throws IOException {
            log = folder.resolve(sandboxId + what);
            process = new ProcessBuilder(keeper.toString(), what, String.valueOf(interpreter), sandboxId, file.toString())
                    .redirectError(log.toFile()).start();
            guard = Thread.startVirtualThread(() -> {
                try {
                    Thread.sleep(patience);
                    process.destroyForcibly();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }

        /// It says one when it is ready.
        void awaitFirstWord() throws IOException, InterruptedException {
            if (process.getInputStream().read() < 0) {
                await();
            }
        }

        void await() throws IOException, InterruptedException {
            if (!process.waitFor(patience)) {
                throw new IOException("the snapshot is not done in %d s".formatted(patience.toSeconds()));
            }
            if (process.exitValue() != 0) {
                throw new IOException(Files.readString(log).strip());
            }
        }

        @Override
        public void close() throws IOException {
            guard.interrupt();
            process.destroyForcibly();
            Files.deleteIfExists(log);
        }
    }

    /// An interpreter that is restored was never started: its program is the agent's.
    static boolean isRestored(Sandbox sandbox) throws SandboxException {
        try {
            Set<Path> programs = new HashSet<>();
            for (long process : ControlGroups.processes(sandbox.id())) {
                programs.add(Files.readSymbolicLink(Path.of("/proc", String.valueOf(process), "exe")));
            }
            return programs.size() == 1;
        } catch (IOException e) {
            throw new SandboxException("its processes are gone: " + e.getMessage(), e);
        }
    }
}
