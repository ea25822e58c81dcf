package dev.mayfly.http;

import dev.mayfly.store.StoreException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.smallrye.mutiny.Multi;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.util.concurrent.Flow;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// One execution as server-sent events, sent from a virtual thread that blocks while the client is slow.
public final class EventStream implements Flow.Publisher<OutboundSseEvent> {
    private final EventSource source;
    private final Sse sse;
    private final Duration heartbeat;
    private final Duration stall;
    private final Runnable hangUp;
    private final AtomicBoolean taken = new AtomicBoolean();

    private EventStream(EventSource source, Sse sse, DoorSettings settings, RoutingContext exchange) {
        this.source = source;
        this.sse = sse;
        heartbeat = settings.heartbeat();
        stall = settings.stall();
        hangUp = () -> exchange.request().connection().close();
    }

    /// Takes over the source and closes it, also when the client leaves.
    ///
    /// @param exchange whose connection ends when the client stopped reading
    static Multi<OutboundSseEvent> of(EventSource source, Sse sse, DoorSettings settings, RoutingContext exchange) {
        return Multi.createFrom().publisher(entity(source, sse, settings, exchange));
    }

    /// The same as the entity of an answer, for a resource that finds out from the request's body whether to stream.
    public static EventStream entity(EventSource source, Sse sse, DoorSettings settings, RoutingContext exchange) {
        exchange.response()
                .putHeader(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
                .putHeader("X-Accel-Buffering", "no"); // nginx would hold the events back until the last one
        var stream = new EventStream(source, sse, settings, exchange);
        exchange.addEndHandler(answered -> stream.abandon());
        if (exchange.response().closed()) { // before anybody could hear of it
            stream.abandon();
        }
        return stream;
    }

    /// The exchange is over: what never began will not.
    private void abandon() {
        if (taken.compareAndSet(false, true)) {
            source.close();
        }
    }

    @Override
    public void subscribe(Flow.Subscriber<? super OutboundSseEvent> subscriber) {
        var delivery = new Delivery(subscriber);
        subscriber.onSubscribe(delivery);
        if (!taken.compareAndSet(false, true)) {
            delivery.complete();
            return;
        }
        Thread.ofVirtual().name("stream-" + source.id()).start(() -> runTo(delivery));
    }

    private void runTo(Delivery delivery) {
        Thread pulse = Thread.ofVirtual().name("heartbeat").start(delivery::beat);
        try (source) {
            source.sendTo(delivery::event);
            delivery.complete();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the client left while the last events were on their way
        } catch (StoreException | RuntimeException e) {
            delivery.fail(e); // of a stored one, the client can go on from its last event
        } finally {
            pulse.interrupt();
        }
    }

    /// Lets events pass as the client asks for them, one at a time.
    private final class Delivery implements Flow.Subscription {
        private final Flow.Subscriber<? super OutboundSseEvent> subscriber;
        private final Semaphore demand = new Semaphore(0);
        private volatile boolean over;
        private volatile long lastNanos = System.nanoTime();

        Delivery(Flow.Subscriber<? super OutboundSseEvent> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void request(long count) {
            demand.release((int) Math.min(count, Integer.MAX_VALUE - demand.availablePermits()));
        }

        @Override
        public void cancel() {
            over = true;
            source.cancel();
            demand.release(); // the waiting thread finds out
        }

        void event(String name, long sequence, Object data) throws InterruptedException {
            if (!demand.tryAcquire(stall.toNanos(), TimeUnit.NANOSECONDS)) {
                cancel();
                hangUp.run();
                throw new InterruptedException("the client stopped reading");
            }
            if (over) {
                demand.release();
                throw new InterruptedException("the client has left");
            }
            var event = sse.newEventBuilder().name(name).mediaType(MediaType.APPLICATION_JSON_TYPE).data(data);
            next((sequence == EventSource.WITHOUT_ID ? event : event.id(Long.toString(sequence))).build());
        }

        void beat() {
            try {
                while (!over) {
                    long idle = System.nanoTime() - lastNanos;
                    if (idle >= heartbeat.toNanos() && demand.tryAcquire()) {
                        next(sse.newEventBuilder().comment("alive").build());
                    }
                    TimeUnit.NANOSECONDS.sleep(Math.max(heartbeat.toNanos() - idle, heartbeat.toNanos() / 4));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // the stream has ended
            }
        }

        private synchronized void next(OutboundSseEvent event) {
            if (!over) {
                lastNanos = System.nanoTime();
                subscriber.onNext(event);
            }
        }

        synchronized void complete() {
            if (!over) {
                over = true;
                subscriber.onComplete();
            }
        }

        synchronized void fail(Throwable cause) {
            if (!over) {
                over = true;
                subscriber.onError(cause);
            }
        }
    }
}
