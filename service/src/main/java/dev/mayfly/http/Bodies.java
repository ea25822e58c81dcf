package dev.mayfly.http;

import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.RejectedException;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;

/// Reads request bodies, bounded each and all together. Thread-safe.
@Singleton
public class Bodies {
    private static final System.Logger LOG = System.getLogger(Bodies.class.getName());
    private static final int CHUNK_BYTES = 1 << 16;

    private final DoorSettings settings;

    public Bodies(DoorSettings settings) {
        this.settings = settings;
    }

    /// A body's place in the heap is reserved before it is read: halves of bodies would wait for each other.
    public byte[] read(InputStream body, RoutingContext exchange, HeapBudget.Hold hold) throws RejectedException, InterruptedException {
        long reserved = announced(exchange);
        reserve(reserved, body, exchange, hold);
        var json = new ByteArrayOutputStream();
        byte[] chunk = new byte[CHUNK_BYTES];
        try {
            for (int length; (length = body.read(chunk)) >= 0; ) {
                if (json.size() + length > settings.maxBodyBytes()) {
                    leaveUnread(exchange);
                    throw Problems.bodyTooLarge(settings.maxBodyBytes());
                }
                if (json.size() + length > reserved) {
                    reserve(settings.maxBodyBytes() - reserved, body, exchange, hold);
                    reserved = settings.maxBodyBytes();
                }
                json.write(chunk, 0, length);
            }
            return json.toByteArray();
        } catch (IOException e) {
            throw RejectedException.invalid("", "the body is incomplete: its rest did not arrive in time");
        }
    }

    /// A client may look for its answer only when all of its body is gone: so that of a request that is put off is
    /// read, too, and thrown away.
    private void reserve(long bytes, InputStream body, RoutingContext exchange, HeapBudget.Hold hold) throws RejectedException, InterruptedException {
        try {
            hold.add(bytes);
        } catch (RejectedException e) {
            throwAway(body, exchange);
            throw e;
        }
    }

    private void throwAway(InputStream body, RoutingContext exchange) {
        try {
            body.skipNBytes(settings.maxBodyBytes());
            leaveUnread(exchange);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a body ended", e);
        }
    }

    private static void leaveUnread(RoutingContext exchange) {
        exchange.addEndHandler(answered -> exchange.request().connection().close());
    }

    private long announced(RoutingContext exchange) {
        String length = exchange.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null ? CHUNK_BYTES : Math.min(Long.parseLong(length), settings.maxBodyBytes());
    }
}
