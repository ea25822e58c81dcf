package dev.mayfly.http.codapi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.Submission;
import dev.mayfly.runtime.RuntimeCatalog;
import dev.mayfly.runtime.RuntimeFolder;
import dev.mayfly.sandbox.SourceFile;
import dev.mayfly.wire.Json;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What codapi's widget sends, with the runtimes as they are shipped.
class ExecRequestTest {
    private static final RuntimeCatalog RUNTIMES = RuntimeFolder.read(Path.of("runtimes"));

    private static Submission submission(String json) throws RejectedException {
        return Json.read(json.getBytes(UTF_8), ExecRequest.class).submission(RUNTIMES, "acme");
    }

    @ParameterizedTest
    @CsvSource({"python,,python", "javascript,,javascript", "js,22,node:22", "py,3.13,python:3.13", "cobol,60,cobol:60"})
    void sandboxAndVersionNameTheRuntime(String sandbox, @Nullable String version, String runtime) throws Exception {
        String json = "{\"sandbox\": \"%s\", \"version\": \"%s\", \"command\": \"run\", \"files\": {\"\": \"x\"}}".formatted(sandbox, version == null ? "" : version);
        assertThat(submission(json).runtime()).contains(runtime);
    }

    @Test
    void snippetIsTheCodeAndTheOthersLieBesideIt() throws Exception {
        var program = submission("{\"sandbox\": \"python\", \"files\": {\"\": \"x = 1\", \"a.txt\": \"text\", \"raw\": \"data:image/png;base64,AP8=\"}}").program();
        assertThat(program.code().map(code -> new String(code, UTF_8))).contains("x = 1");
        assertThat(program.files()).extracting(SourceFile::path).containsExactly("a.txt", "raw");
        assertThat(program.files()).extracting(SourceFile::content).containsExactly("text".getBytes(UTF_8), new byte[] {0, -1});
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '!', value = {
        "{}                                                                               | INVALID_SUBMISSION | sandbox",
        "{\"sandbox\": \"python\"}                                                        | INVALID_SUBMISSION | files",
        "{\"sandbox\": \"python\", \"files\": {\"a\": \"x\"}}                             | INVALID_SUBMISSION | files",
        "{\"sandbox\": \"python\", \"files\": {\"\": \"x\", \"a\": null}}                 | INVALID_SUBMISSION | files",
        "{\"sandbox\": \"python\", \"files\": {\"\": \"x\", \"a\": \"data:;base64,?\"}}   | INVALID_SUBMISSION | files",
        "{\"sandbox\": \"python\", \"command\": \"test\", \"files\": {\"\": \"x\"}}       | UNKNOWN_RUNTIME    | command"})
    void whatCannotBeRunIsRefused(String json, RejectedException.Kind kind, String field) {
        assertThatExceptionOfType(RejectedException.class).isThrownBy(() -> submission(json)).satisfies(refusal -> {
            assertThat(refusal.kind()).isEqualTo(kind);
            assertThat(refusal.field()).contains(field);
        });
    }
}
