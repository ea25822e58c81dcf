package dev.mayfly.testing;

import static java.util.stream.Collectors.toMap;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Takes spans as a collector of OpenTelemetry does, by OTLP over HTTP.
public final class SpanReceiver implements AutoCloseable {
    /// @param parent empty for the first of its trace
    public record Received(String trace, String id, String parent, String name, Span.SpanKind kind, Instant begin, Instant end, Map<String, String> attributes) {}

    private final Queue<Received> spans = new ConcurrentLinkedQueue<>();
    private final HttpServer server;

    public SpanReceiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/traces", exchange -> {
            ExportTraceServiceRequest.parseFrom(exchange.getRequestBody()).getResourceSpansList().stream()
                    .flatMap(resource -> resource.getScopeSpansList().stream())
                    .flatMap(scope -> scope.getSpansList().stream())
                    .map(SpanReceiver::received)
                    .forEach(spans::add);
            exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
    }

    private static Received received(Span span) {
        HexFormat hex = HexFormat.of();
        return new Received(hex.formatHex(span.getTraceId().toByteArray()), hex.formatHex(span.getSpanId().toByteArray()), hex.formatHex(span.getParentSpanId().toByteArray()),
                span.getName(), span.getKind(), Instant.ofEpochSecond(0, span.getStartTimeUnixNano()), Instant.ofEpochSecond(0, span.getEndTimeUnixNano()),
                span.getAttributesList().stream().collect(toMap(each -> each.getKey(), each -> each.getValue().hasBoolValue() ? String.valueOf(each.getValue().getBoolValue()) : each.getValue().getStringValue())));
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public List<Received> ofTrace(String trace) {
        return spans.stream().filter(span -> span.trace().equals(trace)).toList();
    }

    public List<Received> all() {
        return List.copyOf(spans);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
