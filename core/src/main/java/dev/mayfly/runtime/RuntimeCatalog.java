package dev.mayfly.runtime;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// All languages on offer. Of a language with several versions, one is the default: its bare name, its aliases and its
/// file endings mean that version, which has to work unless the language is optional; what is optional, and the other
/// versions, are on offer where their images are. Immutable.
public final class RuntimeCatalog {
    private final Map<String, LanguageRuntime> byId = new LinkedHashMap<>();
    private final Map<String, LanguageRuntime> byName = new LinkedHashMap<>();
    private final Map<String, LanguageRuntime> byAlias = new HashMap<>();

    /// The first version of each language is its default. Throws `IllegalArgumentException` when a name could mean two
    /// of them.
    public RuntimeCatalog(Collection<LanguageRuntime> runtimes) {
        this(runtimes, Set.of());
    }

    /// @param defaults ids of the versions to be the default of their language, where it is not the first
    public RuntimeCatalog(Collection<LanguageRuntime> runtimes, Set<String> defaults) {
        for (LanguageRuntime runtime : runtimes) {
            byId.put(runtime.id(), runtime);
            byName.putIfAbsent(runtime.name(), runtime);
        }
        for (String id : defaults) {
            LanguageRuntime runtime = Optional.ofNullable(byId.get(id)).orElseThrow(() ->
                    new IllegalArgumentException("%s cannot be a default: the versions are %s".formatted(id, String.join(", ", byId.keySet()))));
            LanguageRuntime other = byName.put(runtime.name(), runtime);
            if (other != null && !other.id().equals(id) && defaults.contains(other.id())) {
                throw new IllegalArgumentException("%s and %s cannot both be the default of %s".formatted(other.id(), id, runtime.name()));
            }
        }
        for (LanguageRuntime runtime : byName.values()) {
            for (String alias : runtime.aliases()) {
                find(alias).filter(other -> !other.name().equals(runtime.name())).ifPresent(other -> {
                    throw new IllegalArgumentException("the alias %s of %s already belongs to %s".formatted(alias, runtime.id(), other.id()));
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
        return byName.values().stream()
                .filter(runtime -> runtime.isNamedBy(fileName))
                .findFirst();
    }

    public List<LanguageRuntime> all() {
        return List.copyOf(byId.values());
    }

    /// The default version of each language that has to work.
    public List<LanguageRuntime> required() {
        return byName.values().stream().filter(this::isRequired).toList();
    }

    /// The further names that mean this version; none where it is not the default of its language.
    public List<String> aliases(LanguageRuntime runtime) {
        return isDefault(runtime) ? runtime.aliases() : List.of();
    }

    /// Whether a service is ready only with an image of it.
    public boolean isRequired(LanguageRuntime runtime) {
        return isDefault(runtime) && !runtime.optional();
    }

    public boolean isDefault(LanguageRuntime runtime) {
        return runtime.equals(byName.get(runtime.name()));
    }
}
