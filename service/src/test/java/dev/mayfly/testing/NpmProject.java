package dev.mayfly.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A folder of sources with their `package-lock.json`, installed below `target`.
public final class NpmProject {
    private final Path folder;

    /// @param sources are copied; what they depend on comes from the registry, or from npm's cache
    public NpmProject(Path sources, String name) throws IOException, InterruptedException {
        folder = Files.createDirectories(Path.of("target", name));
        try (Stream<Path> files = Files.list(sources)) {
            for (Path file : files.toList()) {
                Files.writeString(folder.resolve(file.getFileName()), Files.readString(file));
            }
        }
        npm("ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund");
    }

    public Path folder() {
        return folder;
    }

    /// Runs npm, which must succeed, and returns what it printed.
    public String npm(String... words) throws IOException, InterruptedException {
        return npm(Map.of(), words);
    }

    /// The same, with more environment variables.
    public String npm(Map<String, String> environment, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("npm"));
        command.addAll(List.of(words));
        File output = folder.resolve("npm.log").toFile();
        File errors = folder.resolve("npm-errors.log").toFile();
        var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectOutput(output).redirectError(errors);
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor()).as(() -> read(output) + read(errors)).isZero();
        return read(output);
    }

    private static String read(File file) {
        try {
            return Files.readString(file.toPath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
