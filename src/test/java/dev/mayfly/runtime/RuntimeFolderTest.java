package dev.mayfly.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a `runtime.yaml` says is what the service offers; what could mean two things is refused.
class RuntimeFolderTest {
    @TempDir
    Path folder;

    private void add(String name, String more) throws IOException {
        Path language = Files.createDirectory(folder.resolve(name));
        Files.writeString(language.resolve("hello"), "hello");
        Files.writeString(language.resolve("runtime.yaml"), """
                name: %s
                version: "1"
                extensions: [.%s]
                entrypoint: main
                command: [run]
                hello: {file: hello, stdout: hello}
                %s
                """.formatted(name, name, more));
    }

    @ParameterizedTest
    @CsvSource({"python, python:3.13", "python3, python:3.13", "py, python:3.13", "python:3, python:3.13", "js, node:24", "javascript, node:24", "nodejs, node:24", "sh, bash:5.2"})
    void runtimeIsFoundByItsNames(String name, String id) {
        assertThat(RuntimeFolder.read(Path.of("runtimes")).find(name).orElseThrow().id()).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"both", "one", "one:1"})
    void aliasOfTwoRuntimesIsRefused(String alias) throws Exception {
        add("one", "aliases: [both]");
        add("two", "aliases: [\"%s\"]".formatted(alias));
        assertThatIllegalArgumentException().isThrownBy(() -> RuntimeFolder.read(folder))
                .withMessage("the alias %s of two:1 already names one:1", alias);
    }

    @Test
    void runtimeMayRepeatItsOwnName() throws Exception {
        add("one", "aliases: [one, first, first]");
        assertThat(RuntimeFolder.read(folder).find("first").orElseThrow().id()).isEqualTo("one:1");
    }

    @Test
    void waitingInterpreterGetsTheLibrariesToPreload() throws Exception {
        add("one", "warm: {command: [wait], preload: [numpy, pandas]}");
        assertThat(RuntimeFolder.read(folder).find("one").orElseThrow().warmCommand()).containsExactly("wait", "--preload", "numpy", "pandas");
    }
}
