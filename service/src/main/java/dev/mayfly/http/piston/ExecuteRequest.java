package dev.mayfly.http.piston;

import static dev.mayfly.execution.RejectedException.invalid;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.SourceFile;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A program as Piston's clients send it. As there, fields that are unknown are ignored, and a limit that is missing,
/// 0 or -1 is the default.
///
/// @param version a range
/// @param files the first one is started
@JsonIgnoreProperties(ignoreUnknown = true)
record ExecuteRequest(
        @Nullable String language,
        @Nullable String version,
        @Nullable List<@Nullable SentFile> files,
        @Nullable String stdin,
        @Nullable List<@Nullable String> args,
        @Nullable BigDecimal compile_timeout,
        @Nullable BigDecimal run_timeout,
        @Nullable BigDecimal compile_cpu_time,
        @Nullable BigDecimal run_cpu_time,
        @Nullable BigDecimal compile_memory_limit,
        @Nullable BigDecimal run_memory_limit) {
    private static final BigDecimal DEFAULT = BigDecimal.ONE.negate();

    /// @param encoding `utf8`, `base64` or `hex`
    @JsonIgnoreProperties(ignoreUnknown = true)
    record SentFile(@Nullable String name, @Nullable String content, @Nullable String encoding) {
        private byte[] bytes(String field) throws RejectedException {
            if (content == null) {
                throw invalid(field + ".content", field + ".content is required as a string");
            }
            try {
                return switch (encoding == null ? "utf8" : encoding) {
                    case "utf8", "utf-8" -> content.getBytes(StandardCharsets.UTF_8);
                    case "base64" -> Base64.getDecoder().decode(content);
                    case "hex" -> HexFormat.of().parseHex(content);
                    default -> throw new IllegalArgumentException("encoding must be utf8, base64 or hex; got " + encoding);
                };
            } catch (IllegalArgumentException e) {
                throw invalid(field, "%s: %s".formatted(field, e.getMessage()));
            }
        }
    }

    String requiredLanguage() throws RejectedException {
        return required("language", language);
    }

    String requiredVersion() throws RejectedException {
        return required("version", version);
    }

    private static String required(String field, @Nullable String value) throws RejectedException {
        if (value == null || value.isEmpty()) {
            throw invalid(field, field + " is required as a string");
        }
        return value;
    }

    List<String> words() throws RejectedException {
        List<String> words = new ArrayList<>();
        for (String word : args == null ? List.<@Nullable String>of() : args) {
            if (word == null) {
                throw invalid("args", "args must be strings; got null");
            }
            words.add(word);
        }
        return words;
    }

    byte[] input() {
        return stdin == null ? new byte[0] : stdin.getBytes(StandardCharsets.UTF_8);
    }

    /// The first one is named so that its language knows it.
    List<SourceFile> sources(LanguageRuntime runtime) throws RejectedException {
        if (files == null || files.isEmpty()) {
            throw invalid("files", "files is required as an array of at least one file");
        }
        List<SourceFile> sources = new ArrayList<>();
        for (SentFile file : files) {
            int index = sources.size();
            String field = "files[%d]".formatted(index);
            if (file == null) {
                throw invalid(field, field + ".content is required as a string");
            }
            String name = Optional.ofNullable(file.name()).filter(given -> !given.isEmpty()).orElse(index == 0 ? runtime.entrypoint() : "file%d.code".formatted(index));
            sources.add(new SourceFile(index == 0 ? startable(name, runtime) : name, file.bytes(field)));
        }
        return sources;
    }

    /// Compilers take a file for what its ending says.
    private static String startable(String name, LanguageRuntime runtime) {
        return runtime.compile().isEmpty() || runtime.extensions().isEmpty() || runtime.isNamedBy(name) ? name : name + runtime.extensions().getFirst();
    }

    /// Those of the program. Those of a compiler are the runtime's: a request may only ask for less, and is checked.
    Map<LimitAxis, Long> limits(LanguageRuntime runtime) throws RejectedException {
        if (runtime.compile().isPresent()) {
            var compiler = runtime.defaults().with(runtime.compile().get().limits());
            check("compile_timeout", compile_timeout, compiler.of(LimitAxis.WALL_TIME));
            check("compile_cpu_time", compile_cpu_time, compiler.of(LimitAxis.CPU_TIME));
            check("compile_memory_limit", compile_memory_limit, compiler.of(LimitAxis.MEMORY));
        }
        var limits = new EnumMap<LimitAxis, Long>(LimitAxis.class);
        put(limits, LimitAxis.WALL_TIME, "run_timeout", run_timeout, runtime);
        put(limits, LimitAxis.CPU_TIME, "run_cpu_time", run_cpu_time, runtime);
        put(limits, LimitAxis.MEMORY, "run_memory_limit", run_memory_limit, runtime);
        return limits;
    }

    private static void put(Map<LimitAxis, Long> limits, LimitAxis axis, String field, @Nullable BigDecimal asked, LanguageRuntime runtime) throws RejectedException {
        Optional<Long> amount = check(field, asked, runtime.ceilings().of(axis));
        if (amount.isPresent() && amount.get() < runtime.minimums().of(axis)) {
            throw invalid(field, "%s must be at least %d for %s".formatted(field, runtime.minimums().of(axis), runtime.name()));
        }
        amount.ifPresent(wanted -> limits.put(axis, wanted));
    }

    /// Empty where the default is meant.
    private static Optional<Long> check(String field, @Nullable BigDecimal asked, long most) throws RejectedException {
        if (asked == null || asked.signum() == 0 || asked.compareTo(DEFAULT) == 0) {
            return Optional.empty();
        }
        if (asked.signum() < 0) {
            throw invalid(field, field + " must be non-negative, or -1 for the default");
        }
        if (asked.compareTo(BigDecimal.valueOf(most)) > 0) {
            throw RejectedException.because(RejectedException.Kind.LIMIT_OVER_CEILING, field, "%s cannot exceed the configured limit of %d".formatted(field, most));
        }
        return Optional.of(asked.longValue());
    }
}
