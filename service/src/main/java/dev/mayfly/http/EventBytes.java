package dev.mayfly.http;

import dev.mayfly.store.StoreException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/// Events in the form of another protocol, as the bytes of an answer: sent from a virtual thread that blocks while the
/// client is slow.
public final class EventBytes {
    /// How the protocol writes them.
    public interface Format {
        /// What comes before all events.
        default byte[] head() {
            return new byte[0];
        }

        byte[] event(String name, Object data);

        /// What shows that a silent stream lives.
        byte[] heartbeat();
    }

    /// Where the bytes go.
    interface Connection {
        CompletionStage<Void> write(byte[] bytes);

        void end();
    }

    private final EventSource source;
    private final Format format;
    private final Duration heartbeat;
    private final Duration stall;
    private final Runnable hangUp;
    private final AtomicBoolean taken = new AtomicBoolean();
    private final ReentrantLock sending = new ReentrantLock();
    private long lastNanos = System.nanoTime();
    private boolean ended;

    private EventBytes(EventSource source, Format format, DoorSettings settings, RoutingContext exchange) {
        this.source = source;
        this.format = format;
        heartbeat = settings.heartbeat();
        stall = settings.stall();
        hangUp = () -> exchange.request().connection().close();
    }

    /// Takes over the source and closes it, also when the client leaves.
    public static Response of(EventSource source, Format format, String mediaType, DoorSettings settings, RoutingContext exchange) {
        var body = new EventBytes(source, format, settings, exchange);
        exchange.response()
                .putHeader(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
                .putHeader("X-Accel-Buffering", "no"); // nginx would hold the events back until the last one
        exchange.addEndHandler(answered -> body.abandon());
        if (exchange.response().closed()) { // before anybody could hear of it
            body.abandon();
        }
        return Response.ok(body, mediaType).build();
    }

    /// The exchange is over: what never began will not.
    private void abandon() {
        if (taken.compareAndSet(false, true)) {
            source.close();
        }
    }

    /// The client has left.
    void cancel() {
        source.cancel();
    }

    /// Sends all of it, on a thread of its own.
    void sendTo(Connection connection) {
        if (taken.compareAndSet(false, true)) {
            Thread.ofVirtual().name("stream-" + source.id()).start(() -> run(connection));
        } else {
            connection.end();
        }
    }

    private void run(Connection connection) {
        Thread pulse = Thread.ofVirtual().name("heartbeat").start(() -> beat(connection));
        try (source) {
            send(format.head(), connection);
            source.sendTo((name, sequence, data) -> send(format.event(name, data), connection));
        } catch (InterruptedException | StoreException e) {
            Thread.currentThread().interrupt(); // the client left while the last events were on their way
        } finally {
            pulse.interrupt();
            end(connection);
        }
    }

    /// Behind a heartbeat that is on its way.
    private void end(Connection connection) {
        sending.lock();
        try {
            ended = true;
            connection.end();
        } finally {
            sending.unlock();
        }
    }

    private void send(byte[] bytes, Connection connection) throws InterruptedException {
        if (bytes.length == 0) {
            return;
        }
        sending.lockInterruptibly();
        try {
            sendNow(bytes, connection);
        } finally {
            sending.unlock();
        }
    }

    private void sendNow(byte[] bytes, Connection connection) throws InterruptedException {
        try {
            lastNanos = System.nanoTime();
            connection.write(bytes).toCompletableFuture().get(stall.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new InterruptedException("the client has left");
        } catch (TimeoutException e) {
            hangUp.run();
            throw new InterruptedException("the client stopped reading");
        }
    }

    private long beatIfIdle(Connection connection) throws InterruptedException {
        sending.lockInterruptibly();
        try {
            long idle = System.nanoTime() - lastNanos;
            if (idle >= heartbeat.toNanos() && !ended) {
                sendNow(format.heartbeat(), connection);
            }
            return idle;
        } finally {
            sending.unlock();
        }
    }

    private void beat(Connection connection) {
        try {
            while (true) {
                TimeUnit.NANOSECONDS.sleep(Math.max(heartbeat.toNanos() - beatIfIdle(connection), heartbeat.toNanos() / 4));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the stream has ended
        }
    }
}
