package dev.mayfly.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.execution.Program;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.Submission;
import dev.mayfly.sandbox.Stdin;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A request that names a function runs what is stored, with what the request adds.
class FunctionCallTest {
    private static final String STORED = """
            {"runtime": "python", "code": "print(1)", "args": ["own"], "env": {"A": "own", "B": "own"}, "stdin": "own", "limits": {"wallTimeMs": 5}, "labels": {"a": "own"}}""";
    private static final FunctionLookup LOOKUP = (tenant, reference) -> new FunctionLookup.Found(reference.version().orElse(9), FunctionDefinition.read(STORED.getBytes(UTF_8)));
    private static final Requester REQUESTER = new Requester("id", "acme", LOOKUP);

    private static AsyncSubmission called(String json) throws RejectedException {
        return AsyncSubmission.read(json.getBytes(UTF_8), REQUESTER);
    }

    private static Program program(String json) throws RejectedException {
        return called(json).submission().program();
    }

    private static String stdin(String json) throws RejectedException {
        return program(json).stdin() instanceof Stdin.Bytes(byte[] bytes) ? new String(bytes, UTF_8) : "live";
    }

    @Test
    void whatTheCallLeavesOutIsTheFunctions() throws Exception {
        AsyncSubmission call = called("{\"function\": \"f\"}");
        Submission submission = call.submission();
        assertThat(submission.invocation()).hasValueSatisfying(invocation -> assertThat(invocation.version()).isEqualTo(9));
        assertThat(submission.runtime()).contains("python");
        assertThat(submission.limits()).hasSize(1);
        assertThat(submission.program().args()).containsExactly("own");
        assertThat(submission.program().env()).containsEntry("A", "own").doesNotContainKey("MAYFLY_INPUT");
        assertThat(stdin("{\"function\": \"f\"}")).isEqualTo("own");
        assertThat(call.labels()).containsEntry("a", "own");
    }

    @Test
    void whatTheCallSaysTakesItsPlace() throws Exception {
        String json = "{\"function\": \"f@3\", \"args\": [], \"env\": {\"B\": \"call\"}, \"stdin\": \"AAA=\", \"stdinEncoding\": \"base64\", \"labels\": {\"b\": \"call\"}}";
        Program program = program(json);
        assertThat(called(json).submission().invocation()).hasValueSatisfying(invocation -> assertThat(invocation.version()).isEqualTo(3));
        assertThat(program.args()).isEmpty();
        assertThat(program.env()).containsEntry("A", "own").containsEntry("B", "call");
        assertThat(stdin(json)).isEqualTo("\0\0");
        assertThat(called(json).labels()).containsEntry("a", "own").containsEntry("b", "call");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "0", "1.0", "1E+400", "123456789012345678901234567890.10", "\"\"", "[1,2.50]", "{\"b\":{\"z\":1,\"a\":\"é\\u0007\"},\"a\":false}"})
    void inputIsStandardInputAndAVariableAsItWasWritten(String input) throws Exception {
        String json = "{\"function\": \"f\", \"input\": %s}".formatted(input);
        assertThat(stdin(json)).isEqualTo(input);
        assertThat(program(json).env()).containsEntry("MAYFLY_INPUT", input);
    }

    @Test
    void largeInputIsStandardInputOnly() throws Exception {
        String json = "{\"function\": \"f\", \"input\": \"%s\"}".formatted("x".repeat(8191));
        assertThat(stdin(json)).hasSize(8193);
        assertThat(program(json).env()).doesNotContainKey("MAYFLY_INPUT");
        assertThat(program("{\"function\": \"f\", \"input\": \"%s\"}".formatted("x".repeat(8190))).env()).containsKey("MAYFLY_INPUT");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"runtime\": \"node\"", "\"code\": \"1\"", "\"files\": []", "\"entrypoint\": \"a\"", "\"limits\": {}", "\"outputs\": []", "\"compile\": true",
        "\"display\": false", "\"cases\": [{}]", "\"description\": \"x\""})
    void programIsNotForTheCallToSay(String field) {
        String name = field.substring(1, field.indexOf('"', 1));
        assertThatThrownBy(() -> called("{\"function\": \"f\", %s}".formatted(field)))
                .isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.field()).contains(name));
    }

    @Test
    void inputAndStandardInputAreOne() {
        assertThatThrownBy(() -> called("{\"function\": \"f\", \"input\": 1, \"stdin\": \"\"}")).hasMessageContaining("either input or stdin");
        assertThatThrownBy(() -> called("{\"function\": \"f\", \"input\": 1, \"stdinEncoding\": \"base64\"}")).hasMessageContaining("stdinEncoding requires stdin");
        assertThatThrownBy(() -> called("{\"code\": \"1\", \"input\": 1}")).hasMessageContaining("input requires function");
    }

    @Test
    void addressNamesTheFunctionOnce() throws Exception {
        Requester invoking = REQUESTER.invoking(FunctionReference.parse("f@4"));
        assertThat(SubmissionReader.read("{}".getBytes(UTF_8), invoking).invocation()).hasValueSatisfying(invocation -> assertThat(invocation.version()).isEqualTo(4));
        assertThatThrownBy(() -> SubmissionReader.read("{\"function\": \"f\"}".getBytes(UTF_8), invoking)).hasMessageContaining("already names the function");
    }

    @Test
    void inputThatComesWhileItRunsIsInThePlaceOfTheCalls() throws Exception {
        Submission live = SubmissionReader.readInteractive("{\"function\": \"f\", \"args\": [\"a\"]}".getBytes(UTF_8), REQUESTER, System.in, Duration.ofMinutes(1));
        assertThat(live.invocation()).isPresent();
        assertThat(live.program().stdin()).isInstanceOf(Stdin.Live.class);
        assertThatThrownBy(() -> SubmissionReader.readInteractive("{\"function\": \"f\", \"input\": 1}".getBytes(UTF_8), REQUESTER, System.in, Duration.ofMinutes(1)))
                .isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.field()).contains("input"));
    }

    @Test
    void doorWithoutFunctionsSaysSo() {
        assertThatThrownBy(() -> SubmissionReader.read("{\"function\": \"f\"}".getBytes(UTF_8), new Requester("id", "acme"))).hasMessageContaining("need a running service");
    }
}
