package dev.mayfly.http.piston;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mayfly.execution.RejectedException;
import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.runtime.RuntimeCatalog;
import dev.mayfly.runtime.RuntimeFolder;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.SourceFile;
import dev.mayfly.wire.Json;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What Piston's clients send, with the runtimes as they are shipped.
class ExecuteRequestTest {
    private static final RuntimeCatalog RUNTIMES = RuntimeFolder.read(Path.of("runtimes"));
    private static final LanguageRuntime PYTHON = RUNTIMES.find("python").orElseThrow();
    private static final LanguageRuntime C = RUNTIMES.find("c").orElseThrow();

    private static ExecuteRequest request(String json) throws RejectedException {
        return Json.read(json.getBytes(UTF_8), ExecuteRequest.class);
    }

    private static String firstName(String files, LanguageRuntime runtime) throws RejectedException {
        return request("{\"files\": [%s]}".formatted(files)).sources(runtime).getFirst().path();
    }

    @Test
    void filesWithoutNamesGetSomeAndTheFirstIsTheLanguages() throws Exception {
        var sources = request("{\"files\": [{\"content\": \"a\"}, {\"name\": \"\", \"content\": \"b\"}, {\"name\": \"c.txt\", \"content\": \"c\"}]}").sources(PYTHON);
        assertThat(sources).extracting(SourceFile::path).containsExactly("main.py", "file1.code", "c.txt");
        assertThat(firstName("{\"name\": \"start\", \"content\": \"\"}", PYTHON)).isEqualTo("start");
    }

    @Test
    void compilerGetsAFileWithItsEnding() throws Exception {
        assertThat(firstName("{\"name\": \"start\", \"content\": \"\"}", C)).isEqualTo("start.c");
        assertThat(firstName("{\"name\": \"start.c\", \"content\": \"\"}", C)).isEqualTo("start.c");
    }

    @ParameterizedTest
    @CsvSource({"utf8,ä,c3a4", "utf-8,ä,c3a4", "base64,AP8=,00ff", "hex,00ff,00ff", "hex,00FF,00ff"})
    void contentIsDecoded(String encoding, String content, String bytes) throws Exception {
        var file = request("{\"files\": [{\"content\": \"%s\", \"encoding\": \"%s\"}]}".formatted(content, encoding)).sources(PYTHON).getFirst();
        assertThat(HexFormat.of().formatHex(file.content())).isEqualTo(bytes);
    }

    @Test
    void unknownFieldsAreIgnored() throws Exception {
        assertThat(request("{\"language\": \"python\", \"surprise\": {}, \"files\": [{\"content\": \"\", \"mode\": 1}]}").requiredLanguage()).isEqualTo("python");
    }

    @ParameterizedTest
    @CsvSource({"-1", "0", "null"})
    void defaultLimitsAreLeftToTheRuntime(String value) throws Exception {
        var request = request("{\"run_timeout\": %1$s, \"run_cpu_time\": %1$s, \"run_memory_limit\": %1$s, \"compile_timeout\": %1$s, \"compile_memory_limit\": %1$s}".formatted(value));
        assertThat(request.limits(C)).isEmpty();
    }

    @Test
    void limitsAreMillisecondsAndBytes() throws Exception {
        var request = request("{\"run_timeout\": 3000, \"run_cpu_time\": 2000, \"run_memory_limit\": 100000000, \"compile_timeout\": 10000}");
        assertThat(request.limits(C)).isEqualTo(Map.of(LimitAxis.WALL_TIME, 3000L, LimitAxis.CPU_TIME, 2000L, LimitAxis.MEMORY, 100_000_000L));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '!', value = {
        "\"run_timeout\": 300001          | run_timeout cannot exceed the configured limit of 300000",
        "\"run_cpu_time\": 1e30           | run_cpu_time cannot exceed the configured limit of 300000",
        "\"run_memory_limit\": 99999999999| run_memory_limit cannot exceed the configured limit of 2147483648",
        "\"compile_timeout\": 30001       | compile_timeout cannot exceed the configured limit of 30000",
        "\"run_timeout\": -2              | run_timeout must be non-negative, or -1 for the default",
        "\"run_timeout\": 1               | run_timeout must be at least 10 for c"})
    void limitThatCannotBeIsRefused(String limit, String message) throws Exception {
        var request = request("{%s}".formatted(limit));
        assertThatExceptionOfType(RejectedException.class).isThrownBy(() -> request.limits(C)).withMessage(message);
    }

    @Test
    void compilersLimitsAreNotLookedAtWhereThereIsNone() throws Exception {
        assertThat(request("{\"compile_timeout\": 999999999}").limits(PYTHON)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '!', value = {
        "{}                                                          | files is required as an array of at least one file",
        "{\"files\": []}                                             | files is required as an array of at least one file",
        "{\"files\": [null]}                                         | files[0].content is required as a string",
        "{\"files\": [{\"name\": \"x\"}]}                            | files[0].content is required as a string",
        "{\"files\": [{\"content\": \"a\", \"encoding\": \"rot13\"}]}| files[0]: encoding must be utf8, base64 or hex; got rot13"})
    void filesThatCannotBeAreRefused(String json, String message) throws Exception {
        var request = request(json);
        assertThatExceptionOfType(RejectedException.class).isThrownBy(() -> request.sources(PYTHON)).withMessage(message);
    }

    @Test
    void languageAndVersionAreRequired() throws Exception {
        var request = request("{\"language\": \"\"}");
        assertThatExceptionOfType(RejectedException.class).isThrownBy(request::requiredLanguage).withMessage("language is required as a string");
        assertThatExceptionOfType(RejectedException.class).isThrownBy(request::requiredVersion).withMessage("version is required as a string");
    }

    @Test
    void runtimesHavePistonsNames() {
        var node = Languages.LanguageView.of(RUNTIMES.find("node").orElseThrow());
        assertThat(node.language()).isEqualTo("javascript");
        assertThat(node.version()).isEqualTo("24.0.0");
        assertThat(node.aliases()).contains("node", "js", "node-javascript").doesNotContain("javascript");
        var python = Languages.LanguageView.of(PYTHON);
        assertThat(python.language()).isEqualTo("python");
        assertThat(python.aliases()).contains("py", "python3").noneMatch(alias -> alias.contains(":"));
    }
}
