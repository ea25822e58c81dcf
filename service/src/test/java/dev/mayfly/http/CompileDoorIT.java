package dev.mayfly.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.Schemas;
import dev.mayfly.testing.ServiceProcess;
import java.io.File;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A language that compiles, at every door: what the compiler wrote and how it ended is apart from the run.
@NeedsRoot
class CompileDoorIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String GOOD = "#include <stdio.h>\nint main() { int unused; puts(\"hello\"); return 3; }\n";
    private static final String BAD = "int main() { return missing; }\n";

    private static ServiceProcess service;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        service = new ServiceProcess("test-compile", ServiceProcess.lockFolder(), Map.of("MAYFLY_ENGINE", "oci")).awaitReady();
        await().atMost(Duration.ofSeconds(60)).until(() -> service.get("/v1/runtimes").body().contains("typescript:24"));
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
    }

    private static String submission(String runtime, String code, String... more) {
        var submission = JSON.createObjectNode().put("runtime", runtime).put("code", code);
        Stream.of(more).forEach(name -> submission.put(name, true));
        return submission.toString();
    }

    private static JsonNode json(HttpResponse<String> answer, int status) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return JSON.readTree(answer.body());
    }

    @Test
    void compilerAndProgramAreApartInTheResult() throws Exception {
        HttpResponse<String> answer = service.execute(submission("c", GOOD));
        JsonNode result = json(answer, 200);
        assertThat(Schemas.errors(Schemas.RESULT, answer.body())).isEmpty();
        assertThat(result.at("/outcome/exitCode").asInt()).isEqualTo(3);
        assertThat(result.path("stdout").asText()).isEqualTo("hello\n");
        assertThat(result.path("stderr").asText()).isEmpty();
        assertThat(result.at("/compile/outcome/exitCode").asInt(-1)).isZero();
        assertThat(result.at("/compile/stderr").asText()).contains("main.c:2", "unused");
        assertThat(result.at("/compile/usage/cpuUserMs").asDouble()).isPositive();
        assertThat(result.at("/sandbox/limits/memoryBytes").asLong()).isEqualTo(256L << 20);
    }

    @Test
    void programThatDoesNotCompileHasThatOutcome() throws Exception {
        HttpResponse<String> answer = service.execute(submission("c", BAD));
        JsonNode result = json(answer, 200);
        assertThat(Schemas.errors(Schemas.RESULT, answer.body())).isEmpty();
        assertThat(result.path("outcome").toString()).isEqualTo("{\"kind\":\"compile_failed\",\"compiler\":{\"kind\":\"exited\",\"exitCode\":1}}");
        assertThat(result.at("/compile/stderr").asText()).contains("main.c:1", "missing");
        assertThat(result.path("stdout").asText()).isEmpty();
    }

    private static List<String> eventNames(String stream) {
        return stream.lines().filter(line -> line.startsWith("event:")).map(line -> line.substring(6).strip()).toList();
    }

    @Test
    void compilerHasAnEventOfItsOwn() throws Exception {
        HttpResponse<String> answer = service.post("/v1/executions", submission("c", GOOD), "Accept", "text/event-stream");
        assertThat(eventNames(answer.body())).containsExactly("started", "compiled", "stdout", "outcome");
        assertThat(answer.body().lines().filter(line -> line.startsWith("id:"))).containsExactly("id:0", "id:1", "id:2", "id:3");
    }

    @Test
    void storedExecutionHasBoth() throws Exception {
        HttpResponse<String> accepted = service.post("/v1/executions", submission("c", GOOD), "Prefer", "respond-async");
        String path = "/v1/executions/" + json(accepted, 202).path("id").asText();
        await().atMost(Duration.ofSeconds(60)).until(() -> JSON.readTree(service.get(path).body()).path("state").asText().equals("finished"));
        JsonNode execution = json(service.get(path), 200);
        JsonNode result = execution.has("result") ? execution.path("result") : execution;
        assertThat(result.path("stdout").asText()).isEqualTo("hello\n");
        assertThat(result.at("/compile/stderr").asText()).contains("unused");
        assertThat(eventNames(service.get(path + "/events").body())).containsExactly("started", "compiled", "stdout", "outcome");
    }

    private static final String DOUBLES = "#include <stdio.h>\nint main(int argc, char **argv) { int n; while (scanf(\"%d\", &n) == 1) printf(\"%d\\n\", 2 * n); return argc > 1; }\n";

    private static String withCases(String runtime, String code) {
        var submission = JSON.createObjectNode().put("runtime", runtime).put("code", code).put("stdin", "7");
        var cases = submission.putArray("cases");
        cases.addObject().put("stdin", "1 2").putObject("expect").put("stdout", "2\n4\n");
        cases.addObject().put("stdin", "x").putObject("expect").put("stdout", "1").put("compare", "tokens");
        cases.addObject().putArray("args").add("fail");
        return submission.toString();
    }

    private static void assertDoubled(JsonNode result) {
        assertThat(result.at("/outcome/exitCode").asInt()).isEqualTo(1);
        JsonNode cases = result.path("cases");
        assertThat(cases).hasSize(3);
        assertThat(cases).extracting(each -> each.path("stdout").asText()).containsExactly("2\n4\n", "", "14\n");
        assertThat(cases).extracting(each -> each.path("matched").toString()).containsExactly("true", "false", "");
        assertThat(cases).extracting(each -> each.at("/outcome/exitCode").asInt()).containsExactly(0, 0, 1);
        assertThat(cases).extracting(each -> each.path("id").asText()).containsExactly(result.path("id").asText() + "/1", result.path("id").asText() + "/2", result.path("id").asText() + "/3");
        assertThat(result.path("compile").path("outcome").path("exitCode").asInt(-1)).isZero();
        assertThat(result.path("stdout").asText()).isEmpty();
        assertThat(result.path("stdoutBytes").asInt()).isEqualTo(7);
    }

    @Test
    void casesOfOneProgramEndInOrder() throws Exception {
        HttpResponse<String> answer = service.execute(withCases("c", DOUBLES));
        assertThat(Schemas.errors(Schemas.RESULT, answer.body())).isEmpty();
        assertDoubled(json(answer, 200));
        HttpResponse<String> events = service.post("/v1/executions", withCases("c", DOUBLES), "Accept", "text/event-stream");
        assertThat(eventNames(events.body())).containsExactly("started", "compiled", "case", "case", "case", "outcome");
        HttpResponse<String> accepted = service.post("/v1/executions", withCases("c", DOUBLES), "Prefer", "respond-async, wait=60");
        String path = "/v1/executions/" + json(accepted, 200).path("id").asText();
        JsonNode stored = json(service.get(path), 200);
        assertDoubled(stored.has("result") ? stored.path("result") : stored);
    }

    @Test
    void wrongCasesAreRefusedByTheirField() throws Exception {
        JsonNode refused = json(service.execute("{\"runtime\": \"c\", \"code\": \"x\", \"cases\": [{}, {\"expect\": {\"stdout\": \"\", \"compare\": \"about\"}}]}"), 400);
        assertThat(refused.path("field").asText()).isEqualTo("cases[1].expect.compare");
        assertThat(refused.path("detail").asText()).isEqualTo("compare must be exact, trimmed, tokens or numeric; got about");
        assertThat(json(service.execute("{\"runtime\": \"c\", \"code\": \"x\", \"cases\": []}"), 400).path("detail").asText()).isEqualTo("cases must have at least one entry");
    }

    /// TypeScript's types are not needed to run it.
    @Test
    void typesAreCheckedWhereTheSubmissionAsksForIt() throws Exception {
        String wrong = "const n: number = 'text';\nconsole.log(n);\n";
        JsonNode stripped = json(service.execute(submission("typescript", wrong)), 200);
        assertThat(stripped.path("stdout").asText()).isEqualTo("text\n");
        assertThat(stripped.has("compile")).isFalse();
        JsonNode checked = json(service.execute(submission("ts", wrong, "compile")), 200);
        assertThat(checked.at("/outcome/kind").asText()).isEqualTo("compile_failed");
        assertThat(checked.at("/compile/stdout").asText()).startsWith("main.ts(1,7): error TS2322");
        JsonNode refused = json(service.execute(submission("python", "1", "compile")), 400);
        assertThat(refused.path("detail").asText()).isEqualTo("python:3.13 has no compile step");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void commandShowsWhatTheCompilerWrites(boolean atTheService) throws Exception {
        Files.writeString(folder.resolve("good.c"), GOOD);
        Files.writeString(folder.resolve("bad.c"), BAD);
        assertThat(command(atTheService, "good.c")).satisfies(ended -> {
            assertThat(ended.stdout()).isEqualTo("hello\n");
            assertThat(ended.stderr()).contains("good.c:2", "unused");
            assertThat(ended.exitCode()).isEqualTo(3);
        });
        assertThat(command(atTheService, "bad.c")).satisfies(ended -> {
            assertThat(ended.stdout()).isEmpty();
            assertThat(ended.stderr()).contains("bad.c:1", "missing");
            assertThat(ended.exitCode()).isEqualTo(1);
        });
    }

    private record Ended(int exitCode, String stdout, String stderr) {}

    private Ended command(boolean atTheService, String file) throws Exception {
        var builder = new ProcessBuilder(new File("mayfly").getAbsolutePath(), "run", file).directory(folder.toFile());
        builder.environment().put("MAYFLY_URL", atTheService ? service.url().toString() : "none");
        builder.environment().put("MAYFLY_ENGINE", "oci");
        builder.redirectOutput(folder.resolve("stdout").toFile()).redirectError(folder.resolve("stderr").toFile()).redirectInput(new File("/dev/null"));
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), Files.readString(folder.resolve("stdout"), UTF_8), Files.readString(folder.resolve("stderr"), UTF_8));
    }
}
