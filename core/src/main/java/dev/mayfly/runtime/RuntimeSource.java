package dev.mayfly.runtime;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The languages of the folder, and what was built from them: that is read again once it has changed.
public final class RuntimeSource implements Supplier<RuntimeCatalog> {
    private final Path folder;
    private final Set<String> defaults;
    private final Map<String, String> images;
    private final BuiltRuntimes built;
    private @Nullable Known known;

    private record Known(Map<String, List<String>> built, RuntimeCatalog catalog) {}

    /// As for `RuntimeFolder.read`.
    public RuntimeSource(Path folder, Set<String> defaults, Map<String, String> images, BuiltRuntimes built) {
        this.folder = folder;
        this.defaults = Set.copyOf(defaults);
        this.images = Map.copyOf(images);
        this.built = built;
    }

    /// Throws `IllegalArgumentException` where the folder is wrong.
    @Override
    public synchronized RuntimeCatalog get() {
        Map<String, List<String>> now = built.histories();
        Known last = known;
        if (last == null || !last.built().equals(now)) {
            List<Path> serving = now.entrySet().stream().map(one -> built.file(one.getKey(), one.getValue().getLast())).toList();
            last = new Known(now, RuntimeFolder.read(folder, defaults, images, serving));
            known = last;
        }
        return last.catalog();
    }
}
