package dev.mayfly.oci;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Which image has which name, which one had it before, and which one has it because it came with the service: a file
/// for each.
record ImageNames(Path folder) {
    private static final String BEFORE = ".before-";
    private static final String BUNDLED = ".bundled-";

    /// The id of the image with this name.
    Optional<String> find(String name) throws IOException {
        return read(file(name));
    }

    private static Optional<String> read(Path file) throws IOException {
        return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
    }

    /// Every name with its image's id.
    Map<String, String> all() throws IOException {
        Map<String, String> names = new TreeMap<>();
        for (Path file : Folders.below(folder)) {
            String name = file.getFileName().toString();
            if (!name.startsWith(".")) { // one that is being written, or one from before
                names.put(URLDecoder.decode(name, UTF_8), Files.readString(file));
            }
        }
        return names;
    }

    void give(String name, String id) throws IOException {
        Optional<String> before = find(name);
        if (before.isPresent() && !before.get().equals(id)) {
            Folders.replace(before(name), before.get());
        }
        Folders.replace(file(name), id);
    }

    /// Whether this bundled image gets the name: no image has it, or another bundled one has. An image from elsewhere
    /// keeps its name.
    boolean isFreeForBundled(String name, String id) throws IOException {
        Optional<String> now = find(name);
        return now.isEmpty() || (!now.get().equals(id) && now.equals(read(bundled(name))));
    }

    void giveBundled(String name, String id) throws IOException {
        give(name, id);
        Folders.replace(bundled(name), id);
    }

    /// The image that had the name before gets it back; false where there was none, or it has it back already.
    boolean rollBack(String name) throws IOException {
        Optional<String> before = read(before(name));
        if (before.isPresent()) {
            Folders.replace(file(name), before.get());
            Files.delete(before(name));
        }
        return before.isPresent();
    }

    /// Takes the name away, and returns the ids that it led to, now and before.
    Set<String> remove(String name) throws IOException {
        Set<String> ids = new HashSet<>();
        for (Path file : List.of(file(name), before(name), bundled(name))) {
            read(file).ifPresent(ids::add);
            Files.deleteIfExists(file);
        }
        return ids;
    }

    /// The ids that a name leads to, or led to before.
    Set<String> ids() throws IOException {
        Set<String> ids = new HashSet<>();
        for (Path file : Folders.below(folder)) {
            ids.add(Files.readString(file));
        }
        return ids;
    }

    private Path file(String name) {
        return folder.resolve(URLEncoder.encode(name, UTF_8));
    }

    private Path bundled(String name) {
        return folder.resolve(BUNDLED + URLEncoder.encode(name, UTF_8));
    }

    private Path before(String name) {
        return folder.resolve(BEFORE + URLEncoder.encode(name, UTF_8));
    }
}
