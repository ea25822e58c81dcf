package dev.mayfly.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// The running service, as its HTTP clients see it.
record Service(HttpClient client, URI url) {
    /// A whole result; throws when it is not the one expected, so that no wrong answer is ever fast.
    void run(String json, String expected) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(request(json, "application/json"), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200 || !answer.body().contains(expected)) {
            throw new IOException("status %d: %s".formatted(answer.statusCode(), answer.body()));
        }
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
        return HttpRequest.newBuilder(url.resolve("/v1/executions"))
                .headers("Content-Type", "application/json", "Accept", accept)
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
    }

    /// Whether every box that lives waits, and at least one does.
    boolean isAtRest() throws IOException, InterruptedException {
        String metrics = client.send(HttpRequest.newBuilder(url.resolve("/metrics")).build(), HttpResponse.BodyHandlers.ofString()).body();
        double ready = value(metrics, "sandbox_pool_ready ");
        return ready > 0 && ready == value(metrics, "sandbox_pool_alive ");
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
