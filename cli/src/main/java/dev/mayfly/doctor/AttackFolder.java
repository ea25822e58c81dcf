package dev.mayfly.doctor;

import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.runtime.RuntimeCatalog;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.LimitText;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads `runtimes/LANGUAGE/attacks/CATEGORY/NAME.OUTCOME.EXTENSION`. The comment at a file's top says its aim and,
/// after `limits:`, `outputs:`, `brings-back:` and `under runsc:` (or another of `Attack.elsewhere`), what else
/// belongs to it; what differs there has its reason after a comma.
public final class AttackFolder {
    private static final Pattern FILE_NAME =
            Pattern.compile("(?<name>[a-z0-9-]+)\\.(?<outcome>exited-\\d+|signaled-SIG[A-Z]+|timed_out-(wall|cpu)_time|out_of_memory|output_limit|compile_failed)\\.[A-Za-z]+");
    private static final Pattern COMMENT = Pattern.compile("(?:#|//|--) ?(?<text>.*)");
    private static final Pattern DIRECTIVE = Pattern.compile("(?<name>limits|outputs|brings-back|under [a-z0-9 ]+): (?<value>.+)");

    private static final String ELSEWHERE = "under ";
    private static final String PHP = "<?php";

    private AttackFolder() {}

    /// All attacks, by language, category and name. Throws `IllegalArgumentException`, naming the file, when one is
    /// wrong.
    ///
    /// @param runtimes the folder of the languages
    public static List<Attack> read(Path runtimes, RuntimeCatalog catalog) {
        List<Attack> attacks = new ArrayList<>();
        for (LanguageRuntime runtime : catalog.all().stream().filter(catalog::isDefault).toList()) {
            Path folder = runtimes.resolve(runtime.name()).resolve("attacks");
            if (Files.isDirectory(folder)) {
                for (Path file : files(folder)) {
                    attacks.add(readOne(runtime, file));
                }
            }
        }
        return attacks;
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read the attacks in " + folder, e);
        }
    }

    private static Attack readOne(LanguageRuntime runtime, Path file) {
        Matcher name = FILE_NAME.matcher(file.getFileName().toString());
        if (!name.matches()) {
            throw new IllegalArgumentException(file + ": an attack's name is NAME.OUTCOME.EXTENSION, as unshare.exited-0.py");
        }
        Path folder = file.getName(file.getNameCount() - 2);
        AttackCategory category = AttackCategory.byFolder(folder.toString())
                .orElseThrow(() -> new IllegalArgumentException(file + ": its folder must be named after an attack category"));
        try {
            String code = Files.readString(file);
            List<String> comment = code.lines().dropWhile(PHP::equals).map(COMMENT::matcher).takeWhile(Matcher::matches).map(line -> line.group("text")).toList();
            Map<String, String> directives = new HashMap<>();
            comment.stream().map(DIRECTIVE::matcher).filter(Matcher::matches)
                    .forEach(line -> directives.put(line.group("name"), line.group("value").strip()));
            String outcome = name.group("outcome");
            return new Attack(
                    runtime.name(),
                    category,
                    name.group("name"),
                    comment.isEmpty() ? "" : comment.getFirst(),
                    code,
                    limits(directives.getOrDefault("limits", "")),
                    outcome,
                    elsewhere(directives),
                    words(directives.getOrDefault("outputs", "")),
                    words(directives.getOrDefault("brings-back", "")));
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException("%s: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static Map<String, String> elsewhere(Map<String, String> directives) {
        var outcomes = new HashMap<String, String>();
        directives.forEach((name, value) -> {
            if (name.startsWith(ELSEWHERE)) {
                outcomes.put(name.substring(ELSEWHERE.length()), value.replaceFirst(",.*", ""));
            }
        });
        return outcomes;
    }

    private static Map<LimitAxis, Long> limits(String words) {
        var limits = new EnumMap<LimitAxis, Long>(LimitAxis.class);
        for (String word : words(words)) {
            Map.Entry<LimitAxis, BigDecimal> limit = LimitText.parse(word);
            limits.put(limit.getKey(), limit.getKey().fromWire(limit.getValue()));
        }
        return limits;
    }

    private static List<String> words(String text) {
        return Stream.of(text.split("\\s+", -1)).filter(word -> !word.isEmpty()).toList();
    }
}
