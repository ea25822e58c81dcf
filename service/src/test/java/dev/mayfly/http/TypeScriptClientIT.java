package dev.mayfly.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.testing.NeedsDocker;
import dev.mayfly.testing.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// The API's document passes a strict linter, and a TypeScript client generated from it compiles and works:
/// `src/test/typescript`.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@NeedsDocker
class TypeScriptClientIT {
    private static final Path SOURCES = Path.of("service/src/test/typescript");

    private Path folder;
    private ServiceProcess service;

    @BeforeAll
    void prepare() throws Exception {
        folder = Files.createDirectories(Path.of("target/typescript"));
        try (Stream<Path> files = Files.list(SOURCES)) {
            for (Path file : files.toList()) {
                Files.writeString(folder.resolve(file.getFileName()), Files.readString(file));
            }
        }
        npm("ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund");
        service = new ServiceProcess("test-typescript", ServiceProcess.lockFolder()).awaitReady();
        Files.writeString(folder.resolve("openapi.json"), service.get("/openapi?format=json").body());
    }

    @AfterAll
    void stop() throws Exception {
        if (service != null) {
            service.close();
        }
    }

    private String npm(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("npm"));
        command.addAll(List.of(words));
        Path output = folder.resolve("npm.log").toAbsolutePath();
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        assertThat(process.waitFor()).as(() -> read(output)).isZero();
        return read(output);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void strictLinterHasNothingToSay() throws Exception {
        assertThat(npm("run", "--silent", "lint")).isEmpty();
    }

    @Test
    void clientIsGeneratedAndCompilesAndUsesEveryOperation() throws Exception {
        npm("run", "--silent", "generate");
        npm("run", "--silent", "compile");
        assertThat(npm("run", "--silent", "client", "--", service.url().toString())).matches("\\d+ operations\n");
    }
}
