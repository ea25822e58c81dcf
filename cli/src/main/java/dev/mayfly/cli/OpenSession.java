package dev.mayfly.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.wire.Json;
import java.io.IOException;
import java.net.URLEncoder;
import java.util.function.BiConsumer;

/// A session of a service, as the command uses it.
///
/// @param id is safe in a path
record OpenSession(ServiceHttp http, String id, String runtime, boolean hasCells) {
    static OpenSession of(ServiceHttp http, JsonNode view) {
        return new OpenSession(http, view.path("id").asText(), view.path("runtime").asText(), view.path("cells").asBoolean());
    }

    static OpenSession find(ServiceHttp http, String id) throws InterruptedException {
        return of(http, http.get(path(id)));
    }

    static String path(String id) {
        return "/v1/sessions/" + URLEncoder.encode(id, UTF_8);
    }

    private String path() {
        return path(id);
    }

    void close() throws InterruptedException {
        http.delete(path());
    }

    /// Whether a cell ran.
    boolean interrupt() throws InterruptedException {
        return http.post(path() + "/interrupt", Json.STRICT.createObjectNode()).path("interrupted").asBoolean();
    }

    /// Calls the receiver with each event's name and data, the last one `ended`.
    void cell(String code, BiConsumer<String, JsonNode> receiver) throws InterruptedException, IOException {
        follow("/cells", Json.STRICT.createObjectNode().put("code", code), receiver);
    }

    void command(String line, BiConsumer<String, JsonNode> receiver) throws InterruptedException, IOException {
        follow("/commands", Json.STRICT.createObjectNode().put("line", line), receiver);
    }

    private void follow(String what, ObjectNode body, BiConsumer<String, JsonNode> receiver) throws InterruptedException, IOException {
        http.follow(path() + what, body, "ended", receiver);
    }

    private String file(String path) {
        return path() + "/files?path=" + URLEncoder.encode(path, UTF_8);
    }

    byte[] read(String path) throws InterruptedException {
        return http.bytes(file(path));
    }

    void write(String path, byte[] content) throws InterruptedException {
        http.put(file(path), content);
    }

    JsonNode list(String path) throws InterruptedException {
        return http.get(path() + "/entries?path=" + URLEncoder.encode(path, UTF_8)).path("entries");
    }
}
