package dev.mayfly.http.piston;

import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.ServedRuntimes;
import dev.mayfly.runtime.LanguageRuntime;
import jakarta.inject.Singleton;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The runtimes on offer, under Piston's names. Thread-safe.
@Singleton
public class Languages {
    private final ServedRuntimes runtimes;

    public Languages(ServedRuntimes runtimes) {
        this.runtimes = runtimes;
    }

    /// As Piston lists them.
    public record LanguageView(String language, String version, List<String> aliases) {
        static LanguageView of(LanguageRuntime runtime) {
            var name = PistonName.of(runtime.id());
            // an alias such as python:3 is a version
            Stream<String> own = runtime.aliases().stream().filter(alias -> !alias.contains(":"));
            List<String> aliases = Stream.concat(name.aliases().stream(), own).distinct().filter(alias -> !alias.equals(name.language())).toList();
            return new LanguageView(name.language(), name.version(), aliases);
        }

        private boolean isCalled(String name) {
            return language.equals(name) || aliases.contains(name);
        }
    }

    List<LanguageView> offeredTo(String tenant) {
        return runtimes.offered(tenant).stream().map(LanguageView::of).toList();
    }

    /// The highest version within the range.
    LanguageRuntime find(String language, String range, String tenant) throws RejectedException {
        VersionRange versions = VersionRange.parse(range).orElseThrow(() -> unknown(language, range));
        return runtimes.offered(tenant).stream()
                .filter(runtime -> LanguageView.of(runtime).isCalled(language) && versions.contains(Version.of(runtime.version())))
                .max(Comparator.comparing(runtime -> Version.of(runtime.version())))
                .orElseThrow(() -> unknown(language, range));
    }

    /// In Piston's own words.
    private static RejectedException unknown(String language, String range) {
        return RejectedException.because(RejectedException.Kind.UNKNOWN_RUNTIME, "language", "%s-%s runtime is unknown".formatted(language, range));
    }

    /// Whether programs of the runtime with this id are compiled before they run.
    boolean isCompiled(String id) {
        return runtimes.catalog().find(id).flatMap(LanguageRuntime::compile).filter(step -> !step.onRequest()).isPresent();
    }
}
