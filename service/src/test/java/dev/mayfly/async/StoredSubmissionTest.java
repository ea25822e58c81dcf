package dev.mayfly.async;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.execution.Program;
import dev.mayfly.execution.Submission;
import dev.mayfly.pool.Lane;
import dev.mayfly.sandbox.SourceFile;
import dev.mayfly.sandbox.Stdin;
import dev.mayfly.wire.AsyncSubmission;
import dev.mayfly.wire.Json;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The stored form says all that a submission says, and to the first releases, too.
class StoredSubmissionTest {
    private static final String FULL = """
            {"runtime": "python", "code": "print(1)", "files": [{"path": "a/b", "content": "é"}, {"path": "c", "content": "/wD+", "encoding": "base64"}],
             "entrypoint": "main.py", "args": ["", "x y"], "env": {"A": "1", "B": ""}, "stdin": "/wD+", "stdinEncoding": "base64",
             "limits": {"cpus": 0.25, "memoryBytes": 536870912, "wallTimeMs": 1500}, "outputs": ["*.txt"], "labels": {"a": "b"}}""";

    private static final String CASES = """
            {"runtime": "ts", "code": "x", "compile": true, "cases": [{"stdin": "/wD+", "stdinEncoding": "base64", "args": ["a"]}, {"files": [{"path": "a", "content": "é"}],
             "expect": {"stdout": "1", "compare": "numeric"}}, {}]}""";

    /// What they read, and how: an unknown field was an error.
    private record FirstForm(
            @Nullable String runtime, @Nullable String code, @Nullable List<FirstFile> files, @Nullable String entrypoint, @Nullable List<String> args,
            @Nullable Map<String, String> env, @Nullable String stdin, @Nullable String stdinEncoding, @Nullable Map<String, BigDecimal> limits,
            @Nullable List<String> outputs, @Nullable Map<String, String> labels, @Nullable Map<String, String> webhook) {}

    private record FirstFile(@Nullable String path, @Nullable String content, @Nullable String encoding) {}

    private static Submission read(String json) throws Exception {
        return AsyncSubmission.read(json.getBytes(UTF_8), "id", "acme").submission();
    }

    @ParameterizedTest
    @ValueSource(strings = {FULL, CASES, "{\"code\": \"1\", \"display\": true}", "{\"code\": \"\"}", "{\"files\": [{\"path\": \"x.py\", \"content\": \"\"}], \"stdin\": \"é\\u0000\"}"})
    void whatIsWrittenIsReadAgain(String json) throws Exception {
        Submission submission = read(json);
        Submission again = StoredSubmission.read(StoredSubmission.write(submission), "id", "acme", Lane.INTERACTIVE);
        Program before = submission.program();
        Program after = again.program();
        assertThat(again).usingRecursiveComparison().ignoringFields("program").isEqualTo(submission);
        assertThat(after).usingRecursiveComparison().ignoringFields("code", "files", "stdin").isEqualTo(before);
        assertThat(after.code().map(code -> new String(code, UTF_8))).isEqualTo(before.code().map(code -> new String(code, UTF_8)));
        assertThat(after.files().stream().map(SourceFile::path)).isEqualTo(before.files().stream().map(SourceFile::path).toList());
        for (int i = 0; i < before.files().size(); i++) {
            assertThat(after.files().get(i).content()).isEqualTo(before.files().get(i).content());
        }
        assertThat(((Stdin.Bytes) after.stdin()).content()).isEqualTo(((Stdin.Bytes) before.stdin()).content());
    }

    /// What says more than the first releases know is not for them.
    @Test
    void formIsTheLowestThatSaysAllOfIt() throws Exception {
        assertThat(StoredSubmission.form(read(FULL))).isEqualTo(1);
        assertThat(StoredSubmission.form(read(CASES))).isEqualTo(2);
        assertThat(StoredSubmission.form(read("{\"runtime\": \"ts\", \"code\": \"x\", \"compile\": true}"))).isEqualTo(2);
        assertThat(StoredSubmission.form(read("{\"runtime\": \"python\", \"code\": \"1\", \"display\": true}"))).isEqualTo(3);
    }

    @Test
    void firstReleasesReadIt() throws Exception {
        FirstForm form = Json.STRICT.readValue(StoredSubmission.write(read(FULL)), FirstForm.class);
        assertThat(form).isEqualTo(new FirstForm("python", "print(1)", List.of(new FirstFile("a/b", "é", "utf-8"), new FirstFile("c", "/wD+", "base64")), "main.py",
                List.of("", "x y"), Map.of("A", "1", "B", ""), "/wD+", "base64",
                Map.of("cpus", new BigDecimal("0.25"), "memoryBytes", new BigDecimal("536870912"), "wallTimeMs", new BigDecimal("1500")), List.of("*.txt"), null, null));
    }
}
