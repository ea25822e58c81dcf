package dev.mayfly.http.mcp;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.wire.Encoding;
import dev.mayfly.wire.Json;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.URISyntaxException;

/// What of results is read by address: `mayfly://executions/ID/…`. Thread-safe.
@Singleton
class Resources {
    private static final String SCHEME = "mayfly";
    private static final String HOST = "executions";

    private final KeptFiles kept;
    private final McpSettings settings;

    Resources(KeptFiles kept, McpSettings settings) {
        this.kept = kept;
        this.settings = settings;
    }

    /// Of a part of an execution's result: `stdout`, `files/plot.svg`.
    static String uri(String execution, String part) {
        try {
            return new URI(SCHEME, HOST, "/%s/%s".formatted(execution, part), null).toASCIIString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e); // with a scheme and an absolute path there is none
        }
    }

    ObjectNode list(String tenant) {
        ObjectNode result = Json.STRICT.createObjectNode();
        ArrayNode list = result.putArray("resources");
        for (KeptFiles.Kept each : kept.of(tenant)) {
            list.add(described(each).put("size", each.content().length));
        }
        return result;
    }

    static ObjectNode described(KeptFiles.Kept each) {
        String path = URI.create(each.uri()).getPath();
        return Json.STRICT.createObjectNode().put("uri", each.uri()).put("name", path.substring(path.indexOf('/', 1) + 1)).put("mimeType", MimeTypes.of(path, each.content()));
    }

    static ObjectNode templates() {
        ObjectNode result = Json.STRICT.createObjectNode();
        ArrayNode list = result.putArray("resourceTemplates");
        list.addObject().put("uriTemplate", "mayfly://executions/{id}/files/{+path}").put("name", "file").put("description", "A file that run_code brought back");
        list.addObject().put("uriTemplate", "mayfly://executions/{id}/{stream}").put("name", "output")
                .put("description", "All of stdout or stderr, where run_code left out some of it");
        return result;
    }

    ObjectNode read(String tenant, String uri, ProtocolVersion version, HeapBudget.Hold hold) throws RpcException, RejectedException, InterruptedException {
        KeptFiles.Kept found = kept.find(tenant, uri).orElseThrow(() -> new RpcException(RpcError.noResource(
                "there is no resource %s, or it has expired: this replica keeps them for %d s, and of one tenant the newest %d MiB"
                        .formatted(uri, settings.keptFor().toSeconds(), settings.keptBytesPerTenant() >> 20), version)));
        hold.add(found.content().length);
        Encoding encoding = Encoding.of(found.content());
        ObjectNode result = Json.STRICT.createObjectNode();
        result.putArray("contents").addObject().put("uri", uri).put("mimeType", MimeTypes.of(uri, found.content()))
                .put(encoding == Encoding.UTF_8_TEXT ? "text" : "blob", encoding.encode(found.content()));
        return result;
    }
}
