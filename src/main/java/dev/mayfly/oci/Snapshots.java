package dev.mayfly.oci;

import dev.mayfly.sandbox.Job;
import dev.mayfly.sandbox.Outcome;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/// Interpreters that wait are alike until their jobs come: one of each kind is written down, and those of all further boxes are made of that, see
/// `runtimes/agent/snapshot.h`. Thread-safe.
final class Snapshots {
    private static final System.Logger LOG = System.getLogger(Snapshots.class.getName());

    /// Where an agent finds it.
    private static final Path NAME = Path.of("mayfly", "snapshot");
    private static final String REHEARSAL = "rehearsal";

    /// Of this box, which waits, one is taken: the first may be the only one.
    private static final int TAKEN_OF = 2;

    private record Kind(String image, List<String> warmCommand) {
        static Kind of(SandboxSpec spec) {
            return new Kind(spec.image(), spec.warmCommand());
        }
    }

    /// Makes a box whose interpreter comes of a snapshot.
    interface Factory {
        Sandbox create(Path layer) throws SandboxException, InterruptedException;
    }

    private final Path keeper;
    private final Path folder;
    private final Duration patience;
    private final Map<Kind, Integer> made = new ConcurrentHashMap<>();
    private final Map<Kind, Path> layers = new ConcurrentHashMap<>();

    Snapshots(Path keeper, Path folder, Duration patience) {
        this.keeper = keeper.toAbsolutePath();
        this.folder = folder;
        this.patience = patience;
    }

    /// A layer for the bottom of such a box's root file system.
    Optional<Path> layer(SandboxSpec spec) {
        return Optional.ofNullable(layers.get(Kind.of(spec))).filter(Files::exists);
    }

    /// To be told of every box that has been made and waits. When this returns true, the box was used up for a snapshot, and is closed.
    boolean take(Sandbox box, Factory factory) throws InterruptedException {
        if (!box.spec().snapshot() || made.merge(Kind.of(box.spec()), 1, Integer::sum) != TAKEN_OF) {
            return false;
        }
        try {
            Optional<Long> interpreter = interpreter(box.id());
            if (interpreter.isEmpty()) {
                return false;
            }
            try (box) {
                Path layer = writeDown(interpreter.get());
                rehearse(factory.create(layer));
                layers.put(Kind.of(box.spec()), layer);
            }
        } catch (IOException | SandboxException e) {
            LOG.log(Level.WARNING, "runtime={0}: interpreters start anew in every box: {1}", box.spec().runtime(), e.getMessage());
        }
        return true;
    }

    /// The one process beside the agent; empty when it has several threads, as Node's has.
    private static Optional<Long> interpreter(String boxId) throws IOException {
        List<Long> processes = ControlGroups.processes(boxId);
        for (long process : processes) {
            List<String> status = Files.readAllLines(Path.of("/proc", String.valueOf(process), "status"));
            if (processes.size() == 2 && status.contains("Threads:\t1") && processes.stream().anyMatch(agent -> status.contains("PPid:\t" + agent))) {
                return Optional.of(process);
            }
        }
        return Optional.empty();
    }

    private Path writeDown(long interpreter) throws IOException, InterruptedException {
        Path layer = folder.resolve(UUID.randomUUID().toString());
        Path file = layer.resolve(NAME);
        Files.createDirectories(file.getParent());
        Path log = layer.resolveSibling("log");
        Process process = new ProcessBuilder(keeper.toString(), "--snapshot", String.valueOf(interpreter), file.toString())
                .redirectErrorStream(true).redirectOutput(log.toFile()).start();
        if (!process.waitFor(patience)) {
            process.destroyForcibly();
            throw new IOException("the snapshot is not done in %d s".formatted(patience.toSeconds()));
        }
        if (process.exitValue() != 0) {
            throw new IOException(Files.readString(log).strip());
        }
        return layer;
    }

    /// An empty program ends well in every language.
    private static void rehearse(Sandbox box) throws SandboxException, InterruptedException {
        try (box) {
            var job = new Job(REHEARSAL, List.of(), List.of(), Map.of(), List.of(new SourceFile(REHEARSAL, new byte[0])), List.of(), Stdin.EMPTY,
                    box.spec().limits(), new Job.CollectionBudget(0, 0));
            SandboxRun run = box.run(job, output -> {});
            if (!run.outcome().equals(new Outcome.Exited(0))) {
                throw new SandboxException("an interpreter of a snapshot does not run: " + run.outcome(), false);
            }
        }
    }
}
