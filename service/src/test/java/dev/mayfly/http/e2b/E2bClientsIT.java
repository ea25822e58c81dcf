package dev.mayfly.http.e2b;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.access.AccessFile;
import dev.mayfly.access.Scope;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.NpmProject;
import dev.mayfly.testing.ServiceProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Clients of E2B, as they are on npm (`src/test/e2b`), and what a stranger sends in their place.
@NeedsRoot
class E2bClientsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    private static ServiceProcess service;
    private static String alice;
    private static String bob;

    @BeforeAll
    static void start() throws Exception {
        var access = new AccessFile(folder.resolve("access.json"));
        alice = access.create("alice", Set.of(Scope.EXECUTE), Optional.empty()).token();
        bob = access.create("bob", Set.of(Scope.EXECUTE), Optional.empty()).token();
        service = new ServiceProcess("test-e2b", ServiceProcess.lockFolder(), Map.of(
                "MAYFLY_ENGINE", "oci", "MAYFLY_ACCESS_FILE", folder.resolve("access.json").toString(), "MAYFLY_E2B_RUNTIMES", "none,python",
                "LC_ALL", "POSIX")).awaitReady(); // as in a container
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
    }

    private static void is(JsonNode all, String path, String json) throws IOException {
        assertThat(all.at(path)).as("%s: %s", path, all.at(path)).isEqualTo(JSON.readTree(json));
    }

    private static void says(JsonNode all, String path, String error, String... words) {
        assertThat(all.at(path).asText()).as(path).startsWith(error + ": ");
        assertThat(words).allSatisfy(word -> assertThat(all.at(path).asText()).as(path).contains(word));
    }

    @Test
    void npmClientsWorkUnchanged() throws Exception {
        String url = service.url().resolve("/e2b").toString();
        JsonNode all = JSON.readTree(new NpmProject(Path.of("service/src/test/e2b"), "e2b-clients")
                .npm(Map.of("E2B_API_URL", url, "E2B_SANDBOX_URL", url, "E2B_API_KEY", "e2b_" + alice, "E2B_VALIDATE_API_KEY", "false"), "run", "--silent", "e2b"));

        is(all, "/info/metadata", "{\"purpose\": \"test & more\"}");
        is(all, "/info/allowInternetAccess", "false");
        is(all, "/info/state", "\"running\"");
        is(all, "/running", "true");

        is(all, "/run/stdout", "\"hello\\n/home/user\\n/home/user\\n\"");
        is(all, "/run/stderr", "\"oops\\n\"");
        assertThat(all.at("/run/streamed").asText()).contains("hello\n", "oops\n");
        is(all, "/environment", "\"of the command\\n/tmp\\n\"");
        is(all, "/exit", "{\"name\": \"CommandExitError\", \"exitCode\": 3, \"stdout\": \"before\\n\"}");
        says(all, "/timeout", "TimeoutError");
        is(all, "/bytes", "\"hällo\"");
        is(all, "/listed", "[{\"pid\": true, \"cmd\": \"/bin/bash\", \"args\": [\"-l\", \"-c\", \"read line; echo got $line; exec sleep 1000\"]}]");
        is(all, "/killed", "true");
        is(all, "/killedEnd", "{\"name\": \"CommandExitError\", \"exitCode\": -1, \"error\": \"signal: killed\"}");
        is(all, "/killedAgain", "false");
        is(all, "/closed", "\"all of it\"");
        is(all, "/left", "\"done\\n\"");
        is(all, "/pty", "5");
        is(all, "/ptyResized", "true");

        is(all, "/written/path", "\"/home/user/folder/a.txt\"");
        is(all, "/read", "\"content\"");
        assertThat(all.at("/writtenTogether").findValuesAsText("path")).containsExactly("/home/user/b 'ä x.txt", "/home/user/c.bin");
        is(all, "/binary", "[0, 255, 128]");
        is(all, "/stream", "\"/home/user/s.txt\"");
        is(all, "/streamRead", "\"stream\"");
        is(all, "/many", "200");
        is(all, "/empty", "[\"empty\", \"\"]");
        is(all, "/info2/type", "\"file\"");
        is(all, "/info2/size", "7");
        is(all, "/info2/permissions", "\"-rw-r--r--\"");
        is(all, "/info2/owner", "\"user\"");
        is(all, "/madeDir", "[true, false]");
        is(all, "/renamed", "\"/home/user/made/moved.txt\"");
        is(all, "/exists", "[true, false]");
        is(all, "/list", "[\"dir /home/user/made/deep\", \"file /home/user/made/moved.txt\"]");
        is(all, "/removed", "[false, \"no error\"]");
        says(all, "/missing", "FileNotFoundError", "/home/user/missing");
        says(all, "/folderRead", "InvalidArgumentError", "directory");
        says(all, "/outside", "SandboxError", "403", "Read-only");
        assertThat(all.at("/changes")).extracting(JsonNode::asText).containsSubsequence("create a", "write a", "rename a", "create b", "remove b", "create below/c", "write below/c");
        says(all, "/watchMissing", "FileNotFoundError", "nowhere");

        is(all, "/minutesLeft", "20");
        is(all, "/connected", "\"3\\n\"");
        is(all, "/pages", "[true]");
        is(all, "/otherMetadata", "0");
        says(all, "/pause", "SandboxError", "501", "does not offer pause");
        says(all, "/metrics", "SandboxError", "501", "does not offer metrics");
        says(all, "/root", "InvalidArgumentError", "one user");
        is(all, "/kill", "[true, false]");
        is(all, "/afterKill/running", "false");
        says(all, "/afterKill/run", "SandboxNotFoundError");
        says(all, "/afterKill/read", "TimeoutError", "not running");
        says(all, "/afterKill/info", "SandboxNotFoundError");
        says(all, "/afterKill/connect", "SandboxNotFoundError");
        says(all, "/template", "SandboxError", "404", "template cobol not found");
        says(all, "/tooLong", "SandboxError", "400", "timeout must be between 0 and 14400");
        says(all, "/paused", "SandboxError", "400", "not paused");

        is(all, "/state", "[null, \"21\"]");
        is(all, "/logs/stdout", "[\"ä\\n\"]");
        is(all, "/logs/stderr", "[\"err\\n\"]");
        is(all, "/logs/results", "[[false, \"7\"], [true, \"last\"]]");
        is(all, "/logs/count", "3");
        is(all, "/logs/out", "[\"ä\\n\", \"7\", \"last\"]");
        is(all, "/raised/name", "\"ZeroDivisionError\"");
        is(all, "/raised/value", "\"division by zero\"");
        assertThat(all.at("/raised/traceback").asText()).contains("return 1 / 0").doesNotContain("cells.py");
        is(all, "/html", "[[\"<b>x</b>\", [\"html\"]]]");
        is(all, "/png", "[\"iVBORw==\"]");
        is(all, "/context", "{\"cwd\": \"/tmp\", \"language\": \"python\", \"state\": \"NameError\", \"folder\": \"/tmp\"}");
        is(all, "/contexts", "[\"/home/user\", \"/tmp\"]");
        is(all, "/restarted", "\"NameError\"");
        says(all, "/removedContext", "NotFoundError", "context 1 not found");
        is(all, "/first", "\"20\"");
        is(all, "/shared", "[\"1\", \"y\"]");
        says(all, "/cellTimeout", "TimeoutError");
        is(all, "/afterTimeout", "\"20\"");
        is(all, "/exited/name", "\"ContextEnded\"");
        says(all, "/language", "NotFoundError", "this sandbox runs python");
        is(all, "/sameLanguage", "\"2\"");
        says(all, "/envs", "NotFoundError", "env_vars");
        is(all, "/killedWhileRunning", "\"SandboxEnded\"");
        is(all, "/node", "[\"40\", \"42\"]");
        assertThat(JSON.readTree(send(request(alice, "/v1/sessions").GET()).body()).get("sessions")).isEmpty();
    }

    private static HttpRequest.Builder request(String key, String path) {
        return HttpRequest.newBuilder(service.url().resolve(path)).header("Authorization", "Bearer " + key).header("Content-Type", "application/json").timeout(PATIENCE);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    /// A sandbox, and what its client proves itself with.
    private record Open(String id, String token) implements AutoCloseable {
        static Open of(String key) throws Exception {
            HttpResponse<String> answer = send(HttpRequest.newBuilder(service.url().resolve("/e2b/sandboxes")).header("X-API-KEY", key).header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{\"templateID\": \"bash\", \"allow_internet_access\": true, \"autoPause\": false, \"secure\": true}")));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            JsonNode made = JSON.readTree(answer.body());
            return new Open(made.get("sandboxID").asText(), made.get("envdAccessToken").asText());
        }

        HttpRequest.Builder call(String path, String type) {
            return call(path, type, token);
        }

        HttpRequest.Builder call(String path, String type, String its) {
            return HttpRequest.newBuilder(service.url().resolve("/e2b" + path)).header("E2b-Sandbox-Id", id).header("X-Access-Token", its).header("Content-Type", type).timeout(PATIENCE);
        }

        @Override
        public void close() throws Exception {
            send(request(alice, "/e2b/sandboxes/" + id).DELETE());
        }
    }

    @Test
    void onlyItsOwnTokenOpensASandbox() throws Exception {
        try (Open own = Open.of(alice);
                Open other = Open.of(alice)) {
            assertThat(send(own.call("/health", "application/json").GET()).statusCode()).isEqualTo(204);
            for (String token : List.of(other.token(), "", "x", "x.y", own.token() + "x", own.token().substring(1), own.token().replaceFirst("\\..*", "."))) {
                assertThat(send(own.call("/health", "application/json", token).GET()).statusCode()).as(token).isEqualTo(401);
                HttpResponse<String> answer = send(own.call("/process.Process/List", "application/json", token).POST(BodyPublishers.ofString("{}")));
                assertThat(answer.statusCode()).as(token).isEqualTo(401);
                assertThat(JSON.readTree(answer.body()).path("code").asText()).isEqualTo("unauthenticated");
            }
            // it opens nothing else, also of this tenant
            assertThat(send(own.call("/v2/sandboxes", "application/json").GET()).statusCode()).isEqualTo(401);
            assertThat(send(own.call("/v2/sandboxes", "application/json").POST(BodyPublishers.ofString("{}"))).statusCode()).isEqualTo(401);
            assertThat(send(own.call("/sandboxes/" + own.id(), "application/json").DELETE()).statusCode()).isEqualTo(401);
            assertThat(send(own.call("/sandboxes/" + own.id() + "/connect", "application/json").POST(BodyPublishers.ofString("{}"))).statusCode()).isEqualTo(401);
            assertThat(send(request(own.token(), "/e2b/v2/sandboxes").GET()).statusCode()).isEqualTo(401);
            assertThat(send(HttpRequest.newBuilder(service.url().resolve("/e2b/v2/sandboxes")).header("X-Access-Token", own.token()).GET()).statusCode()).isEqualTo(401);
            assertThat(send(HttpRequest.newBuilder(service.url().resolve("/v1/sessions")).header("X-API-KEY", alice).GET()).statusCode()).isEqualTo(401);
            assertThat(send(HttpRequest.newBuilder(service.url().resolve("/v1/sessions")).header("E2b-Sandbox-Id", own.id()).header("X-Access-Token", own.token()).GET()).statusCode()).isEqualTo(401);
        }
    }

    @Test
    void nobodyElseReachesASandbox() throws Exception {
        try (Open own = Open.of(alice)) {
            assertThat(send(request(bob, "/e2b/sandboxes/" + own.id()).GET()).statusCode()).isEqualTo(404);
            assertThat(send(request(bob, "/e2b/sandboxes/" + own.id()).DELETE()).statusCode()).isEqualTo(404);
            assertThat(send(request(bob, "/e2b/v2/sandboxes/" + own.id() + "/connect").POST(BodyPublishers.ofString("{\"timeout\": 1}"))).statusCode()).isEqualTo(404);
            assertThat(send(request(bob, "/e2b/v2/sandboxes").GET()).body()).isEqualTo("[]");
            assertThat(send(request(bob, "/e2b/files?path=/etc/passwd").header("E2b-Sandbox-Id", own.id()).GET()).statusCode()).isEqualTo(502);
            assertThat(send(request(alice, "/e2b/files?path=/etc/hostname").header("E2b-Sandbox-Id", own.id()).GET()).statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '!', value = {
        "/process.Process/SendInput            | {\"process\": {\"pid\": 77}, \"input\": {\"stdin\": \"\"}} | 404 | \"not_found\"",
        "/process.Process/SendInput            | {}                                                        | 400 | \"invalid_argument\"",
        "/process.Process/SendSignal           | {\"process\": {\"tag\": \"x\"}}                           | 400 | \"invalid_argument\"",
        "/process.Process/CloseStdin           | []                                                        | 400 | \"invalid_argument\"",
        "/process.Process/StreamInput          | {}                                                        | 404 | \"not_found\"",
        "/filesystem.Filesystem/Stat           | {\"path\": \"none\"}                                      | 404 | \"not_found\"",
        "/filesystem.Filesystem/Stat           | {}                                                        | 400 | \"invalid_argument\"",
        "/filesystem.Filesystem/ListDir        | {\"path\": \"/\", \"depth\": 99}                          | 400 | \"invalid_argument\"",
        "/filesystem.Filesystem/ListDir        | {\"path\": \"/etc/passwd\"}                               | 400 | \"invalid_argument\"",
        "/filesystem.Filesystem/MakeDir        | {\"path\": \"/etc/x\"}                                    | 403 | \"permission_denied\"",
        "/filesystem.Filesystem/CreateWatcher  | {\"path\": \"/\"}                                         | 404 | \"not_found\"",
        "/execute                              | {}                                                        | 400 | 400",
        "/execute                              | {\"code\": \"echo\"}                                      | 400 | 400",
        "/contexts                             | {}                                                        | 400 | 400",
        "/contexts/7/restart                   | {}                                                        | 400 | 400",
        "/files?path=x&username=root           | x                                                         | 400 | 400",
        "/files                                | x                                                         | 400 | 400"})
    void whatIsWrongIsRefusedInTheClientsWords(String path, String body, int status, String code) throws Exception {
        try (Open sandbox = Open.of(alice)) {
            HttpResponse<String> answer = send(sandbox.call(path, path.startsWith("/files?") || path.equals("/files") ? "application/octet-stream" : "application/json").POST(BodyPublishers.ofString(body)));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
            assertThat(JSON.readTree(answer.body()).path("code")).as(answer.body()).isEqualTo(JSON.readTree(code));
            assertThat(JSON.readTree(answer.body()).path("message").asText()).isNotBlank();
        }
    }

    private static byte[] frame(int flags, String json) {
        byte[] text = json.getBytes(UTF_8);
        return ByteBuffer.allocate(5 + text.length).put((byte) flags).putInt(text.length).put(text).array();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '!', value = {
        "/process.Process/Start           | 0 | {}                                           | invalid_argument",
        "/process.Process/Start           | 1 | {\"process\": {\"cmd\": \"true\"}}           | invalid_argument",
        "/process.Process/Start           | 0 | {\"process\": {\"cmd\": \"true\", \"envs\": {\"A=B\": \"1\"}}} | invalid_argument",
        "/process.Process/Connect         | 0 | {\"process\": {\"pid\": 77}}                 | not_found",
        "/filesystem.Filesystem/WatchDir  | 0 | {\"path\": \"/etc/passwd\"}                  | invalid_argument",
        "/filesystem.Filesystem/WatchDir  | 0 | {\"path\": \"none\"}                         | not_found",
        "/filesystem.Filesystem/WatchDir  | 0 | {\"path\": \"/tmp\", \"includeEntry\": true} | invalid_argument"})
    void streamThatCannotBeginEndsWithTheReason(String path, int flags, String json, String code) throws Exception {
        try (Open sandbox = Open.of(alice)) {
            HttpResponse<byte[]> answer = HTTP.send(sandbox.call(path, "application/connect+json").POST(BodyPublishers.ofByteArray(frame(flags, json))).build(), BodyHandlers.ofByteArray());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/connect+json");
            assertThat(answer.body()[0]).isEqualTo((byte) 2);
            JsonNode end = JSON.readTree(new String(answer.body(), 5, answer.body().length - 5, UTF_8));
            assertThat(end.at("/error/code").asText()).isEqualTo(code);
            assertThat(end.at("/error/message").asText()).isNotBlank();
        }
    }

    @Test
    void pathsOfOlderClientsLeadToTheSame() throws Exception {
        try (Open sandbox = Open.of(alice)) {
            HttpResponse<String> again = send(request(alice, "/e2b/sandboxes/" + sandbox.id() + "/connect").POST(BodyPublishers.ofString("{\"timeout\": 60}")));
            assertThat(JSON.readTree(again.body()).path("envdAccessToken").asText()).as(again.body()).isEqualTo(sandbox.token());
            assertThat(JSON.readTree(send(request(alice, "/e2b/sandboxes").GET()).body()).findValuesAsText("sandboxID")).contains(sandbox.id());
            assertThat(JSON.readTree(send(request(alice, "/e2b/v2/sandboxes?state=paused").GET()).body())).isEmpty();
            try (Open second = Open.of(alice)) {
                HttpResponse<String> page = send(request(alice, "/e2b/v2/sandboxes?limit=1&order=desc").GET());
                assertThat(JSON.readTree(page.body()).findValuesAsText("sandboxID")).containsExactly(second.id());
                String next = page.headers().firstValue("x-next-token").orElseThrow();
                assertThat(JSON.readTree(send(request(alice, "/e2b/v2/sandboxes?limit=1&order=desc&nextToken=" + next).GET()).body()).findValuesAsText("sandboxID")).containsExactly(sandbox.id());
            }
        }
    }

    @Test
    void contextsAreFoundOrNot() throws Exception {
        HttpResponse<String> made = send(request(alice, "/e2b/sandboxes").POST(BodyPublishers.ofString("{\"templateID\": \"python\"}")));
        try (Open sandbox = new Open(JSON.readTree(made.body()).get("sandboxID").asText(), JSON.readTree(made.body()).get("envdAccessToken").asText())) {
            assertThat(send(sandbox.call("/contexts/7/restart", "application/json").POST(BodyPublishers.noBody())).statusCode()).isEqualTo(404);
            assertThat(send(sandbox.call("/contexts/7", "application/json").DELETE()).statusCode()).isEqualTo(404);
            assertThat(send(sandbox.call("/contexts/0", "application/json").DELETE()).statusCode()).isEqualTo(204);
            assertThat(send(sandbox.call("/contexts", "application/json").POST(BodyPublishers.ofString("{\"cwd\": \"/nowhere\"}"))).statusCode()).isEqualTo(404);
            assertThat(JSON.readTree(send(sandbox.call("/contexts", "application/json").GET()).body())).hasSize(1);
        }
    }

    @Test
    void templatesAreRuntimes() throws Exception {
        for (String there : List.of("base", "code-interpreter-v1", "node", "python:3.13")) {
            assertThat(send(request(alice, "/e2b/templates/aliases/" + there).GET()).statusCode()).as(there).isEqualTo(200);
        }
        assertThat(send(request(alice, "/e2b/templates/aliases/cobol").GET()).statusCode()).isEqualTo(404);
    }

    @Test
    void manyCommandsOfManySandboxesRunBesideEachOther() throws Exception {
        List<CompletableFuture<HttpResponse<byte[]>>> running = new ArrayList<>();
        List<Open> open = new ArrayList<>();
        for (int n = 0; n < 3; n++) {
            Open sandbox = Open.of(alice);
            open.add(sandbox);
            for (int command = 0; command < 10; command++) {
                byte[] start = frame(0, "{\"process\": {\"cmd\": \"/bin/sh\", \"args\": [\"-c\", \"until [ -e go ]; do sleep 0.05; done\"]}, \"stdin\": false}");
                running.add(HTTP.sendAsync(sandbox.call("/process.Process/Start", "application/connect+json").POST(BodyPublishers.ofByteArray(start)).build(), BodyHandlers.ofByteArray()));
            }
        }
        for (Open sandbox : open) {
            send(sandbox.call("/files?path=go", "application/octet-stream").POST(BodyPublishers.ofString("")));
        }
        for (var command : running) {
            assertThat(new String(command.get().body(), UTF_8)).contains("\"exitCode\":0").doesNotContain("error");
        }
        for (Open sandbox : open) {
            sandbox.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"GET, /e2b/snapshots", "GET, /e2b/templates", "POST, /e2b/v3/templates", "POST, /e2b/volumes", "GET, /e2b/secrets", "POST, /e2b/sandboxes/x/fork", "PUT, /e2b/sandboxes/x/network"})
    void whatMayflyHasNotIsSaid(String method, String path) throws Exception {
        HttpResponse<String> answer = send(request(alice, path).method(method, method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString("{}")));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(501);
        assertThat(JSON.readTree(answer.body()).path("message").asText()).contains("does not offer");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '!', value = {
        "network      | {\"allowPublicTraffic\": true}",
        "mcp          | {\"x\": {}}",
        "volumeMounts | [{\"name\": \"v\", \"path\": \"/v\"}]",
        "iam          | {\"tokens\": {\"t\": {}}}",
        "autoPause    | true",
        "timeout      | -1",
        "timeout      | 1000000",
        "metadata     | {\"a\": null}"})
    void sandboxThatCannotBeIsRefused(String field, String value) throws Exception {
        HttpResponse<String> answer = send(request(alice, "/e2b/v2/sandboxes").POST(BodyPublishers.ofString("{\"templateID\": \"bash\", \"%s\": %s}".formatted(field, value))));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(JSON.readTree(answer.body()).path("code").asInt()).isEqualTo(400);
    }
}
