package dev.mayfly.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/// Runtimes that were built from others on this host, and which build of each serves. `NAME/DIGEST/runtime.yaml` is a
/// build; `NAME/serving` has the digests of those that have served, the newest last.
public record BuiltRuntimes(Path folder) {
    public static final Path FOLDER = Path.of("/var/lib/mayfly/runtimes");
    private static final String SERVING = "serving";
    private static final int HISTORY = 10;

    public List<String> names() {
        return List.copyOf(histories().keySet());
    }

    /// By name, the digests of the builds that have served, the one that does last.
    SortedMap<String, List<String>> histories() {
        var histories = new TreeMap<String, List<String>>();
        try (Stream<Path> entries = Files.exists(folder) ? Files.list(folder) : Stream.of()) {
            for (String name : entries.map(entry -> entry.getFileName().toString()).toList()) {
                List<String> history = history(name);
                if (!history.isEmpty()) {
                    histories.put(name, history);
                }
            }
            return histories;
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
    }

    /// The digests of the builds that have served under this name, the one that does last; empty where nobody has it.
    public List<String> history(String name) {
        if (!RuntimeFolder.NAME.matcher(name).matches()) {
            return List.of();
        }
        Path file = folder.resolve(name).resolve(SERVING);
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /// The file `runtime.yaml` of the build of this name that serves.
    public Optional<Path> serving(String name) {
        List<String> history = history(name);
        return history.isEmpty() ? Optional.empty() : Optional.of(file(name, history.getLast()));
    }

    Path file(String name, String digest) {
        return build(name, digest).resolve(RuntimeFolder.FILE);
    }

    /// The folder of a build.
    public Path build(String name, String digest) {
        return folder.resolve(name).resolve(digest);
    }

    /// Puts a build's files in their place, whole or not at all.
    public void add(String name, String digest, Map<String, byte[]> files) throws IOException {
        Path build = build(name, digest);
        if (Files.exists(build)) {
            return;
        }
        Files.createDirectories(build.getParent());
        Path unfinished = Files.createTempDirectory(build.getParent(), ".");
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Files.write(unfinished.resolve(file.getKey()), file.getValue());
        }
        Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.move(unfinished, build, StandardCopyOption.ATOMIC_MOVE);
    }

    /// From now on this build serves.
    public void serve(String name, String digest) throws IOException {
        List<String> history = new ArrayList<>(history(name));
        if (history.isEmpty() || !history.getLast().equals(digest)) {
            history.add(digest);
            write(name, history.subList(Math.max(0, history.size() - HISTORY), history.size()));
        }
    }

    /// The build that served before serves again; empty where there is none.
    public Optional<String> rollBack(String name) throws IOException {
        List<String> history = history(name);
        if (history.size() < 2) {
            return Optional.empty();
        }
        List<String> rest = history.subList(0, history.size() - 1);
        write(name, rest);
        return Optional.of(rest.getLast());
    }

    /// Takes the name out of use, with all its builds; false where nobody has it.
    public boolean remove(String name) throws IOException {
        if (history(name).isEmpty()) {
            return false;
        }
        delete(folder.resolve(name));
        return true;
    }

    /// Removes a build that has never served.
    public void discard(String name, String digest) throws IOException {
        if (!history(name).contains(digest)) {
            delete(build(name, digest));
            Path folder = build(name, digest).resolveSibling("");
            try (Stream<Path> others = Files.list(folder)) {
                if (others.findAny().isPresent()) {
                    return;
                }
            }
            Files.deleteIfExists(folder);
        }
    }

    /// Out of sight at once, so that nobody finds a half.
    private static void delete(Path path) throws IOException {
        Path doomed = Files.move(path, path.resolveSibling("." + UUID.randomUUID()), StandardCopyOption.ATOMIC_MOVE);
        try (Stream<Path> all = Files.walk(doomed)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    private void write(String name, List<String> history) throws IOException {
        Path file = folder.resolve(name).resolve(SERVING);
        Path unfinished = Files.createTempFile(file.getParent(), ".", SERVING);
        Files.write(unfinished, history);
        Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rw-r--r--"));
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static IllegalArgumentException unreadable(Path path, IOException e) {
        return new IllegalArgumentException("cannot read " + path, e);
    }
}
