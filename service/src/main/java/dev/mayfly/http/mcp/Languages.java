package dev.mayfly.http.mcp;

import dev.mayfly.execution.ServedRuntimes;
import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.sandbox.Limits;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.stream.Collectors;

/// The languages that a tenant is offered, in the words of a tool's description. Thread-safe.
@Singleton
class Languages {
    private final ServedRuntimes runtimes;

    Languages(ServedRuntimes runtimes) {
        this.runtimes = runtimes;
    }

    List<LanguageRuntime> offered(String tenant) {
        return runtimes.offered(tenant);
    }

    /// The shortest name that means this version.
    String name(LanguageRuntime runtime) {
        return runtimes.catalog().isDefault(runtime) ? runtime.name() : runtime.id();
    }

    List<String> names(String tenant) {
        return offered(tenant).stream().map(this::name).toList();
    }

    /// A line for each.
    String described(String tenant) {
        return offered(tenant).stream().map(this::described).collect(Collectors.joining("\n"));
    }

    private String described(LanguageRuntime runtime) {
        List<String> libraries = runtime.preloaded();
        return "- %s: version %s, %s; at most %s".formatted(name(runtime), runtime.version(), limits(runtime.defaults()), limits(runtime.ceilings()))
                + (libraries.isEmpty() ? "" : "; has " + String.join(", ", libraries));
    }

    private static String limits(Limits limits) {
        return "%d s and %d MiB".formatted(limits.wallTime().toSeconds(), limits.memoryBytes() >> 20);
    }
}
