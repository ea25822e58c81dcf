package dev.mayfly.runtime;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All languages on offer. Immutable.
public final class RuntimeCatalog {
    private final Map<String, LanguageRuntime> byId = new LinkedHashMap<>();
    private final Map<String, LanguageRuntime> byName = new LinkedHashMap<>();

    public RuntimeCatalog(Collection<LanguageRuntime> runtimes) {
        for (LanguageRuntime runtime : runtimes) {
            byId.put(runtime.id(), runtime);
            byName.putIfAbsent(runtime.name(), runtime);
        }
    }

    /// By `python` or `python:3.13`.
    public Optional<LanguageRuntime> find(String nameOrId) {
        return Optional.ofNullable(byId.getOrDefault(nameOrId, byName.get(nameOrId)));
    }

    /// By the ending of a file's name.
    public Optional<LanguageRuntime> forFile(String fileName) {
        return byId.values().stream()
                .filter(runtime -> runtime.extensions().stream().anyMatch(fileName::endsWith))
                .findFirst();
    }

    public List<LanguageRuntime> all() {
        return List.copyOf(byId.values());
    }
}
