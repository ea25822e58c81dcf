package dev.mayfly.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
                .withMessage("the alias %s of two:1 already belongs to one:1", alias);
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

    @Test
    void firstVersionIsTheDefaultAndTheOthersAreFoundByTheirIds() throws Exception {
        add("one", "aliases: [first]\notherVersions: [\"2\", \"3\"]");
        RuntimeCatalog catalog = RuntimeFolder.read(folder);
        assertThat(catalog.all()).extracting(LanguageRuntime::id).containsExactly("one:1", "one:2", "one:3");
        assertThat(catalog.all()).extracting(LanguageRuntime::image).containsExactly("mayfly/one:1", "mayfly/one:2", "mayfly/one:3");
        assertThat(catalog.find("one:3").orElseThrow().version()).isEqualTo("3");
        assertThat(catalog.required()).extracting(LanguageRuntime::id).containsExactly("one:1");
        assertThat(catalog.find("first")).isEqualTo(catalog.find("one:1"));
        assertThat(catalog.all()).extracting(catalog::aliases).containsExactly(List.of("first"), List.of(), List.of());
    }

    @Test
    void anotherDefaultGetsTheBareNameTheAliasesAndTheFiles() throws Exception {
        add("one", "aliases: [first]\notherVersions: [\"2\"]");
        add("two", "");
        RuntimeCatalog catalog = RuntimeFolder.read(folder, Set.of("one:2"), Map.of(), List.of());
        assertThat(catalog.required()).extracting(LanguageRuntime::id).containsExactly("one:2", "two:1");
        for (Optional<LanguageRuntime> found : List.of(catalog.find("one"), catalog.find("first"), catalog.forFile("main.one"))) {
            assertThat(found.orElseThrow().id()).isEqualTo("one:2");
        }
        assertThat(catalog.find("one:1").orElseThrow().id()).isEqualTo("one:1");
    }

    @Test
    void defaultThatIsNoVersionOrOneOfTwoIsRefused() throws Exception {
        add("one", "otherVersions: [\"2\"]");
        assertThatIllegalArgumentException().isThrownBy(() -> RuntimeFolder.read(folder, Set.of("one:3"), Map.of(), List.of()))
                .withMessage("one:3 cannot be a default: the versions are one:1, one:2");
        assertThatIllegalArgumentException().isThrownBy(() -> RuntimeFolder.read(folder, Set.of("one:1", "one:2"), Map.of(), List.of()))
                .withMessageEndingWith("cannot both be the default of one");
    }

    @Test
    void runtimeThatIsBuiltFromItselfIsRefused() throws Exception {
        add("one", "from: two");
        add("two", "from: one");
        assertThatIllegalArgumentException().isThrownBy(() -> RuntimeFolder.read(folder)).withMessageEndingWith("two is built from itself");
    }

    @Test
    void driverOfCellsIsAPathInTheImage() throws Exception {
        add("one", "cells: /mayfly/cells.one");
        assertThat(RuntimeFolder.read(folder).find("one").orElseThrow().cells()).contains("/mayfly/cells.one");
        add("two", "cells: cells.two");
        assertThatIllegalArgumentException().isThrownBy(() -> RuntimeFolder.read(folder)).withMessageEndingWith("cells must be a path in the image, such as /mayfly/cells.py; got cells.two");
    }

    @Test
    void settingNamesAnotherImage() throws Exception {
        add("one", "otherVersions: [\"2\"]");
        Map<String, String> images = RuntimeFolder.images(Set.of("one:2=registry.example.org/one@sha256:abc"));
        assertThat(RuntimeFolder.read(folder, Set.of(), images, List.of()).all()).extracting(LanguageRuntime::image).containsExactly("mayfly/one:1", "registry.example.org/one@sha256:abc");
        assertThatIllegalArgumentException().isThrownBy(() -> RuntimeFolder.read(folder, Set.of(), Map.of("one:3", "x"), List.of()))
                .withMessage("an image is named for one:3, which no runtime.yaml has");
        for (String wrong : List.of("one:2", "=x", "one:2=")) {
            assertThatIllegalArgumentException().isThrownBy(() -> RuntimeFolder.images(Set.of(wrong))).withMessageEndingWith("got " + wrong);
        }
    }
}
