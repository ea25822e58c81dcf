package dev.mayfly.http;

import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.RejectedException;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/// Reads request bodies, bounded each and all together. Thread-safe.
@Singleton
public class Bodies {
    private static final int CHUNK_BYTES = 1 << 16;

    private final DoorSettings settings;

    public Bodies(DoorSettings settings) {
        this.settings = settings;
    }

    /// A body's place in the heap is reserved before it is read: halves of bodies would wait for each other.
    byte[] read(InputStream body, RoutingContext exchange, HeapBudget.Hold hold) throws RejectedException, InterruptedException {
        long reserved = announced(exchange);
        hold.add(reserved);
        var json = new ByteArrayOutputStream();
        byte[] chunk = new byte[CHUNK_BYTES];
        try {
            for (int length; (length = body.read(chunk)) >= 0; ) {
                if (json.size() + length > settings.maxBodyBytes()) {
                    exchange.addEndHandler(answered -> exchange.request().connection().close()); // the rest stays unread
                    throw Problems.bodyTooLarge(settings.maxBodyBytes());
                }
                if (json.size() + length > reserved) {
                    hold.add(settings.maxBodyBytes() - reserved);
                    reserved = settings.maxBodyBytes();
                }
                json.write(chunk, 0, length);
            }
            return json.toByteArray();
        } catch (IOException e) {
            throw RejectedException.invalid("", "the body did not come to its end");
        }
    }

    private long announced(RoutingContext exchange) {
        String length = exchange.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null ? CHUNK_BYTES : Math.min(Long.parseLong(length), settings.maxBodyBytes());
    }
}
