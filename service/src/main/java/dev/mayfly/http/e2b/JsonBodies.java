package dev.mayfly.http.e2b;

import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.http.Bodies;
import dev.mayfly.wire.Json;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.io.InputStream;

/// Requests that are JSON. Thread-safe.
@Singleton
class JsonBodies {
    private final Bodies bodies;
    private final HeapBudget heap;

    JsonBodies(Bodies bodies, HeapBudget heap) {
        this.bodies = bodies;
        this.heap = heap;
    }

    <T> T read(InputStream body, RoutingContext exchange, Class<T> type) throws RejectedException, InterruptedException {
        try (var hold = heap.hold()) {
            return Json.read(bodies.read(body, exchange, hold), type);
        }
    }

    /// The only message of a call whose answer streams.
    <T> T readFrame(InputStream body, RoutingContext exchange, Class<T> type) throws RejectedException, InterruptedException {
        try (var hold = heap.hold()) {
            return Json.read(ConnectFrames.request(bodies.read(body, exchange, hold)), type);
        }
    }
}
