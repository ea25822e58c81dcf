package dev.mayfly.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mayfly.build.BuildException.Cause;
import dev.mayfly.runtime.LanguageRuntime;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// One image's build: a process of `runtimes/package`, which holds it within its bounds and removes what it leaves.
final class ImageBuild {
    private static final int TIME_IS_UP = 124;
    private static final int TOO_LARGE = 73;
    private static final int BROKEN = 65;
    private static final int LAST_LINES = 12;
    private static final int LONGEST_LINE = 1_000;
    private static final List<String> OWN_SETTINGS = List.of("MAYFLY_", "QUARKUS_", "KAFKA_", "MP_"); // with passwords
    private static final String LABEL = "dev.mayfly.";

    private final BuildSettings settings;

    ImageBuild(BuildSettings settings) {
        this.settings = settings;
    }

    /// @param context the files that it is built from; `fetch` is a program
    void build(Map<String, byte[]> context, String image, LanguageRuntime from, BuildRequest request, Consumer<String> log) throws BuildException, InterruptedException, IOException {
        Path folder = Files.createTempDirectory("mayfly-build");
        try {
            Path files = Files.createDirectory(folder.resolve("context"));
            for (Map.Entry<String, byte[]> file : context.entrySet()) {
                Path path = Files.write(files.resolve(file.getKey()), file.getValue());
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(file.getKey().equals("fetch") ? "rwxr-xr-x" : "rw-r--r--"));
            }
            run(command(folder, image, from, request), environment(from, request), log);
        } finally {
            delete(folder);
        }
    }

    private List<String> command(Path folder, String image, LanguageRuntime from, BuildRequest request) {
        List<String> command = new ArrayList<>(List.of(
                settings.program().toAbsolutePath().toString(), folder.toString(), image, from.image(), settings.network() ? "host" : "none",
                Long.toString(settings.time().toSeconds()), Long.toString(settings.memoryMib()), Long.toString(settings.diskMib())));
        command.add(LABEL + "requested-by=" + request.requestedBy());
        command.add(LABEL + "from=" + from.id());
        request.tenant().ifPresent(tenant -> command.add(LABEL + "tenant=" + tenant));
        return command;
    }

    private Map<String, String> environment(LanguageRuntime from, BuildRequest request) {
        String index = (request.npm().isPresent() ? settings.npmRegistry() : settings.pipIndex()).orElse("");
        return Map.of("VERSION", from.version(), "PACKAGES", String.join(" ", request.apt()), "INDEX", index);
    }

    private void run(List<String> command, Map<String, String> environment, Consumer<String> log) throws BuildException, InterruptedException, IOException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectInput(Path.of("/dev/null").toFile());
        builder.environment().keySet().removeIf(name -> OWN_SETTINGS.stream().anyMatch(name::startsWith));
        builder.environment().putAll(settings.environment());
        builder.environment().putAll(environment);
        Process process = builder.start();
        Deque<String> last = new ArrayDeque<>();
        Thread reader = Thread.ofVirtual().name("build-log").start(() -> read(process, last, log));
        try {
            int status = process.waitFor();
            reader.join();
            if (status != 0) {
                throw failed(status, last);
            }
        } finally {
            end(process);
        }
    }

    /// Of a line that is too long the rest is left out.
    private static void read(Process process, Deque<String> last, Consumer<String> log) {
        try (BufferedReader lines = process.inputReader(UTF_8)) {
            var line = new StringBuilder();
            for (int character = lines.read(); character >= 0; character = lines.read()) {
                if (character == '\n') {
                    if (last.size() == LAST_LINES) {
                        last.removeFirst();
                    }
                    last.add(line.toString());
                    log.accept(line.toString());
                    line.setLength(0);
                } else if (line.length() < LONGEST_LINE) {
                    line.append((char) character);
                }
            }
        } catch (IOException e) {
            log.accept("its output ended early: " + e.getMessage());
        }
    }

    private static BuildException failed(int status, Deque<String> last) {
        String words = String.join("\n", last);
        Cause reason = status == BROKEN || status == TIME_IS_UP || status == TOO_LARGE ? Cause.BUILD : Cause.HOST;
        return new BuildException(reason, words.isBlank() ? "the build ended with status " + status : words);
    }

    /// Waits for the end, also when interrupted: until then the process uses its files.
    private static void end(Process process) {
        process.destroy();
        process.onExit().orTimeout(30, TimeUnit.SECONDS).handle((ended, late) -> process.destroyForcibly()).join();
    }

    /// Where the process has not.
    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
