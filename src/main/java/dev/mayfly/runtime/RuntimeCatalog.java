package dev.mayfly.runtime;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All languages on offer. Immutable.
public final class RuntimeCatalog {
    private final Map<String, LanguageRuntime> byId = new LinkedHashMap<>();
    private final Map<String, LanguageRuntime> byName = new LinkedHashMap<>();
    private final Map<String, LanguageRuntime> byAlias = new HashMap<>();

    /// Throws `IllegalArgumentException` when a name could mean two of them.
    public RuntimeCatalog(Collection<LanguageRuntime> runtimes) {
        for (LanguageRuntime runtime : runtimes) {
            byId.put(runtime.id(), runtime);
            byName.putIfAbsent(runtime.name(), runtime);
        }
        for (LanguageRuntime runtime : runtimes) {
            for (String alias : runtime.aliases()) {
                find(alias).filter(other -> !other.id().equals(runtime.id())).ifPresent(other -> {
                    throw new IllegalArgumentException("the alias %s of %s already names %s".formatted(alias, runtime.id(), other.id()));
                });
                byAlias.put(alias, runtime);
            }
        }
    }

    /// By `python`, `python:3.13` or an alias.
    public Optional<LanguageRuntime> find(String name) {
        return Optional.ofNullable(byId.get(name))
                .or(() -> Optional.ofNullable(byName.get(name)))
                .or(() -> Optional.ofNullable(byAlias.get(name)));
    }

    /// By the ending of a file's name.
    public Optional<LanguageRuntime> forFile(String fileName) {
        return byId.values().stream()
                .filter(runtime -> runtime.isNamedBy(fileName))
                .findFirst();
    }

    public List<LanguageRuntime> all() {
        return List.copyOf(byId.values());
    }
}
