package dev.mayfly.http;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.core.ServerSerialisers;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyWriter;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;

/// Sends events of another protocol that are an answer's entity. The framework's own streams do not say when a client
/// leaves that is sent nothing.
@Provider
public class EventBytesWriter implements ServerMessageBodyWriter<EventBytes> {
    @Override
    public boolean isWriteable(Class<?> type, Type genericType, ResteasyReactiveResourceInfo target, MediaType mediaType) {
        return type == EventBytes.class;
    }

    @Override
    public boolean isWriteable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
        return type == EventBytes.class;
    }

    @Override
    public void writeResponse(EventBytes events, Type genericType, ServerRequestContext request) {
        var context = (ResteasyReactiveRequestContext) request;
        context.suspend();
        ServerSerialisers.encodeResponseHeaders(context);
        context.serverResponse().setChunked(true);
        context.serverResponse().addCloseHandler(events::cancel);
        events.sendTo(new Connected(context));
    }

    @Override
    public void writeTo(EventBytes events, Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType, MultivaluedMap<String, Object> headers, OutputStream out) {
        throw new UnsupportedOperationException("a stream is not written by an interceptor");
    }

    private static final class Connected implements EventBytes.Connection {
        private final ResteasyReactiveRequestContext context;
        private final AtomicBoolean ended = new AtomicBoolean();

        Connected(ResteasyReactiveRequestContext context) {
            this.context = context;
        }

        @Override
        public CompletionStage<Void> write(byte[] bytes) {
            return context.serverResponse().write(bytes);
        }

        @Override
        public void end() {
            if (ended.compareAndSet(false, true)) {
                context.serverResponse().end();
                context.resume();
            }
        }
    }
}
