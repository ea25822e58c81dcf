package dev.mayfly.http.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.http.ServiceInfo;
import dev.mayfly.wire.Json;
import jakarta.inject.Singleton;
import java.time.Duration;

/// What every result of a revision has. Thread-safe.
@Singleton
class Results {
    private static final String SERVER_INFO = "io.modelcontextprotocol/serverInfo";
    private static final Duration FRESH = Duration.ofMinutes(1);

    private final ServiceInfo service;

    Results(ServiceInfo service) {
        this.service = service;
    }

    ObjectNode serverInfo() {
        return Json.STRICT.createObjectNode().put("name", "mayfly").put("title", "Mayfly").put("version", service.version());
    }

    ObjectNode of(ProtocolVersion version, ObjectNode result) {
        if (version.isModern()) {
            result.put("resultType", "complete");
            result.withObjectProperty(Message.META).set(SERVER_INFO, serverInfo());
        }
        return result;
    }

    /// One that a client may keep for itself: what is on offer depends on whose key it has.
    ObjectNode cacheable(ProtocolVersion version, ObjectNode result) {
        return version.isModern() ? of(version, result).put("ttlMs", FRESH.toMillis()).put("cacheScope", "private") : result;
    }
}
