package dev.mayfly.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// An index of Python packages on loopback, as pip reads one (https://packaging.python.org/en/latest/specifications/simple-repository-api/).
final class PackageIndex implements AutoCloseable {
    private final Map<String, Map<String, byte[]>> packages = new ConcurrentHashMap<>();
    private final HttpServer server;

    PackageIndex() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:%d/simple".formatted(server.getAddress().getPort());
    }

    /// A wheel of version 1.0 with these files.
    void wheel(String name, Map<String, String> files) throws IOException {
        var all = new TreeMap<>(files);
        String info = name + "-1.0.dist-info/";
        all.put(info + "METADATA", "Metadata-Version: 2.1\nName: %s\nVersion: 1.0\n".formatted(name));
        all.put(info + "WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
        all.put(info + "RECORD", all.keySet().stream().map(file -> file + ",,\n").collect(Collectors.joining()) + info + "RECORD,,\n");
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, String> file : all.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue().getBytes(UTF_8));
                zip.closeEntry();
            }
        }
        add(name, name + "-1.0-py3-none-any.whl", bytes.toByteArray());
    }

    /// A package without a wheel: its archive would be unpacked, and its setup.py run.
    void source(String name) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(new byte[1024]);
        }
        add(name, name + "-1.0.tar.gz", bytes.toByteArray());
    }

    private void add(String name, String file, byte[] content) {
        packages.computeIfAbsent(name, key -> new ConcurrentHashMap<>()).put(file, content);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String[] path = exchange.getRequestURI().getPath().replaceFirst("/$", "").split("/", -1);
        Map<String, byte[]> files = path.length > 2 ? packages.getOrDefault(path[2], Map.of()) : Map.of();
        byte[] body = path.length > 3 ? files.getOrDefault(path[3], new byte[0])
                : files.keySet().stream().map(file -> "<a href=\"/simple/%s/%s\">%s</a>".formatted(path[2], file, file)).collect(Collectors.joining("\n", "<!DOCTYPE html><html><body>", "</body></html>")).getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", path.length > 3 ? "application/octet-stream" : "text/html");
        exchange.sendResponseHeaders(files.isEmpty() || body.length == 0 ? 404 : 200, body.length == 0 ? -1 : body.length);
        try (var out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
