package dev.mayfly.http;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.core.SseUtil;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyWriter;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;
import org.jspecify.annotations.Nullable;

/// Sends a stream that is an answer's entity. What the framework has for a method that returns a `Multi` needs to know
/// from the method alone that it streams.
@Provider
public class EventStreamWriter implements ServerMessageBodyWriter<EventStream> {
    private static final System.Logger LOG = System.getLogger(EventStreamWriter.class.getName());

    @Override
    public boolean isWriteable(Class<?> type, Type genericType, ResteasyReactiveResourceInfo target, MediaType mediaType) {
        return type == EventStream.class;
    }

    @Override
    public boolean isWriteable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
        return type == EventStream.class;
    }

    @Override
    public void writeResponse(EventStream stream, Type genericType, ServerRequestContext request) {
        var context = (ResteasyReactiveRequestContext) request;
        context.suspend();
        SseUtil.setHeaders(context, context.serverResponse());
        stream.subscribe(new Sender(context));
    }

    @Override
    public void writeTo(EventStream stream, Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType, MultivaluedMap<String, Object> headers, OutputStream out) {
        throw new UnsupportedOperationException("a stream is not written by an interceptor");
    }

    /// Asks for an event when the one before is on its way.
    private static final class Sender implements Flow.Subscriber<OutboundSseEvent> {
        private final ResteasyReactiveRequestContext context;
        private Flow.@Nullable Subscription subscription;
        private final AtomicBoolean ended = new AtomicBoolean();

        Sender(ResteasyReactiveRequestContext context) {
            this.context = context;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            context.serverResponse().addCloseHandler(() -> leave(given));
            given.request(1);
        }

        @Override
        public void onNext(OutboundSseEvent event) {
            Flow.Subscription from = Objects.requireNonNull(subscription);
            SseUtil.send(context, event, List.of()).whenComplete((sent, failure) -> {
                if (failure == null) {
                    from.request(1);
                } else {
                    leave(from);
                }
            });
        }

        private void leave(Flow.Subscription from) {
            if (ended.compareAndSet(false, true)) {
                from.cancel();
                context.resume();
            }
        }

        @Override
        public void onComplete() {
            if (ended.compareAndSet(false, true)) {
                context.serverResponse().end();
                context.resume();
            }
        }

        /// The status is gone already: an end without a last event is what the client sees.
        @Override
        public void onError(Throwable failure) {
            LOG.log(Level.ERROR, "a stream failed", failure);
            onComplete();
        }
    }
}
