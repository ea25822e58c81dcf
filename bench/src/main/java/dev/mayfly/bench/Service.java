package dev.mayfly.bench;

import dev.mayfly.wire.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// The running service, as its HTTP clients see it.
///
/// @param apiKey what it asks for, if anything; with the scopes `execute` and `admin`
record Service(HttpClient client, URI url, Optional<String> apiKey) {
    private static final String EVENT = "event:";
    private static final String DATA = "data:";

    /// A whole result; throws when it is not the one expected, so that no wrong answer is ever fast.
    String run(String json, String expected) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(request(json, "application/json"), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200 || !answer.body().contains(expected)) {
            throw new IOException("status %d: %s".formatted(answer.statusCode(), answer.body()));
        }
        return answer.body();
    }

    /// Nanoseconds from the request to the first byte of the program's output; the stream is then read to its end.
    long firstOutputNanos(String json) throws IOException, InterruptedException {
        long start = System.nanoTime();
        HttpResponse<InputStream> answer = client.send(request(json, "text/event-stream"), HttpResponse.BodyHandlers.ofInputStream());
        var seen = new StringBuilder();
        long first = 0;
        try (InputStream body = answer.body()) {
            byte[] chunk = new byte[8192];
            for (int length; (length = body.read(chunk)) >= 0; ) {
                seen.append(new String(chunk, 0, length, StandardCharsets.UTF_8));
                if (first == 0 && seen.indexOf("event:stdout") >= 0) {
                    first = System.nanoTime();
                }
            }
        }
        if (first == 0) {
            throw new IOException("no output came: " + seen);
        }
        return first - start;
    }

    private HttpRequest request(String json, String accept) {
        return to("/v1/executions")
                .headers("Content-Type", "application/json", "Accept", accept)
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
    }

    /// The same service, as another caller sees it.
    Service as(String otherKey) {
        return new Service(client, url, Optional.of(otherKey));
    }

    private HttpRequest.Builder to(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(url.resolve(path));
        apiKey.ifPresent(key -> request.header("Authorization", "Bearer " + key));
        return request;
    }

    boolean isReady() throws InterruptedException {
        try {
            return client.send(to("/health/ready").build(), HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false; // not listening yet
        }
    }

    /// Which engine makes its sandboxes, by its own word.
    String engine() throws IOException, InterruptedException {
        String answer = client.send(request(Site.PYTHON, "application/json"), HttpResponse.BodyHandlers.ofString()).body();
        return answer.contains("\"engine\":\"oci\"") ? "oci" : "docker";
    }

    /// Until no sandbox is being made or destroyed, for five seconds at most.
    void awaitRest() throws IOException, InterruptedException {
        for (int i = 0; i < 250 && !isAtRest(); i++) {
            Thread.sleep(20);
        }
        Thread.sleep(20);
    }

    /// Until so many sandboxes are warm, for five minutes at most.
    void awaitSandboxes(int sandboxes) throws IOException, InterruptedException {
        for (int i = 0; value(metrics(), "mayfly_sandbox_pool_ready ") < sandboxes; i++) {
            if (i == 3000) {
                throw new IOException("there are not %d sandboxes after five minutes".formatted(sandboxes));
            }
            Thread.sleep(100);
        }
    }

    private String metrics() throws IOException, InterruptedException {
        return client.send(to("/metrics").build(), HttpResponse.BodyHandlers.ofString()).body();
    }

    /// Runs Python code, and passes on each line of its output as it comes.
    void stream(String code, Consumer<String> lines) throws IOException, InterruptedException {
        HttpResponse<Stream<String>> answer = client.send(
                request(submission(Map.entry("python", code)), "text/event-stream"), HttpResponse.BodyHandlers.ofLines());
        var rest = new StringBuilder();
        var event = new AtomicReference<>("");
        try (Stream<String> body = answer.body()) {
            body.forEachOrdered(line -> {
                if (line.startsWith(EVENT)) {
                    event.set(line.substring(EVENT.length()));
                } else if (line.startsWith(DATA) && event.get().equals("stdout")) {
                    rest.append(text(line.substring(DATA.length())));
                    for (int end; (end = rest.indexOf("\n")) >= 0; rest.delete(0, end + 1)) {
                        lines.accept(rest.substring(0, end));
                    }
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static String text(String json) {
        try {
            return Json.STRICT.readTree(json).path("data").asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    double heapMebibytes() throws IOException, InterruptedException {
        return metrics().lines()
                .filter(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum() / (1 << 20);
    }

    double sandboxesThatDoNotWait() throws IOException, InterruptedException {
        String metrics = metrics();
        return value(metrics, "mayfly_sandbox_pool_alive ") - value(metrics, "mayfly_sandbox_pool_ready ");
    }

    /// Whether every sandbox that lives waits, and at least one does.
    boolean isAtRest() throws IOException, InterruptedException {
        String metrics = metrics();
        double ready = value(metrics, "mayfly_sandbox_pool_ready ");
        return ready > 0 && ready == value(metrics, "mayfly_sandbox_pool_alive ");
    }

    private static double value(String metrics, String name) {
        return metrics.lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
                .findFirst()
                .orElse(0);
    }

    static String submission(Map.Entry<String, String> runtimeAndCode) {
        return "{\"runtime\":\"%s\",\"code\":\"%s\"}".formatted(runtimeAndCode.getKey(), runtimeAndCode.getValue());
    }
}
