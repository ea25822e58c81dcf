package dev.mayfly.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// Mutated requests on raw connections: mended and broken JSON, other methods, paths and headers, and bytes that are
/// no HTTP at all.
public final class DoorFuzz {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration SHORT_PATIENCE = Duration.ofMillis(100);

    private static final List<String> BODIES = List.of(
            "{\"runtime\": \"python\", \"code\": \"print(6*7)\"}",
            "{\"runtime\": \"node\", \"files\": [{\"path\": \"main.js\", \"content\": \"Y29uc29sZS5sb2coMSk=\", \"encoding\": \"base64\"}], \"entrypoint\": \"main.js\"}",
            "{\"code\": \"print(1)\", \"entrypoint\": \"x.py\", \"args\": [\"a\"], \"env\": {\"A\": \"b\"}, \"stdin\": \"x\", \"limits\": {\"wallTimeMs\": 100, \"memoryBytes\": 33554432}}",
            "{\"runtime\": \"python:3.13\", \"code\": \"open('a','w')\", \"outputs\": [\"*\"], \"labels\": {\"k\": \"v\"}, \"limits\": {\"cpus\": 0.5, \"pids\": 8}}",
            "{\"function\": \"fuzz\", \"input\": {\"a\": [1.50, null]}, \"env\": {\"A\": \"b\"}}", "{\"input\": 1}", "{\"version\": 1}", "{\"value\": \"x\"}",
            "{\"runtime\": \"python\", \"code\": \"print(input())\", \"description\": \"d\", \"secrets\": [\"A\"]}",
            "{\"runtime\": \"python\", \"code\": \"print('Status: 201\\\\n')\", \"http\": {\"access\": \"open\", \"requestsPerMinute\": 100000}, \"schedule\": {\"cron\": \"@yearly\", \"timeZone\": \"UTC\"}}");
    private static final List<String> PIECES = List.of(
            "null", "true", "[]", "{}", "\"\"", "-1", "1e999", "99999999999999999999", "0.0000001", "\"\\u0000\"", "\"\\ud800\"", "\"../../etc/passwd\"", "\"/\"",
            "[[[[[[[[[[[[", "{\"a\":", ",", ":", "\\", "\u00ff", "\u0000", "\"limits\"", "\"python\"", "\"files\"", "\"base64\"", "NaN", "'", "//", "\"%s%n%x\"", "\"${jndi:x}\"");
    private static final List<String> METHODS = List.of("POST", "POST", "POST", "POST", "GET", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE", "CONNECT", "FOO", "post");
    private static final List<String> PATHS = List.of("/v1/executions", "/v1/executions", "/v1/executions", "/v1/executions/", "/v1/executions/interactive", "/v1/runtimes", "/",
            "/v1/executions/../runtimes", "/v1/executions?x=%00", "/%2e%2e/%2e%2e/etc/passwd", "/v1/executions;a=b", "//v1//executions", "*", "http://elsewhere/v1/executions",
            "/v1/functions/fuzz", "/v1/functions/fuzz/executions", "/v1/functions/fuzz@1/executions", "/v1/functions/fuzz/difference?from=1&to=0", "/v1/functions/fuzz/rollback", "/v1/functions/fuzz/schedule", "/v1/functions/fuzz/schedule/pause",
            "/fn/default/fuzz", "/fn/default/fuzz/a%2Fb?x=%zz", "/fn/default/fuzz/%00", "/fn/", "/fn/%2e%2e/fuzz", "/fn/default/fuzz@1", "/v1/functions/fuzz/link",
            "/v1/functions/%00", "/v1/functions?cursor=%ff", "/v1/functions/fuzz/versions?cursor=-1", "/v1/secrets/A", "/v1/secrets/%41",
            "/health/ready", "/openapi", "/metrics", "/q/dev");
    private static final List<String> HEADERS = List.of("Accept: text/event-stream", "Accept: */*;q=x", "Accept: nothing/atall", "Content-Type: text/plain", "Content-Type: application/json; charset=utf-16",
            "Content-Encoding: gzip", "Expect: 100-continue", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: x", "Authorization: Bearer x", "Authorization: Basic eDp4",
            "Transfer-Encoding: chunked", "Transfer-Encoding: gzip, chunked", "Content-Length: 5", "Content-Length: -1", "Content-Length: 99999999999999", "Host:", "X: " + "y".repeat(9000),
            "Range: bytes=0-", "If-None-Match: *", "If-Match: *", "If-Match: \"x\", W/\"y\"", "If-Match: \"", "Prefer: respond-async", "Last-Event-ID: -1", "Idempotency-Key: \u00ff", "Cookie: a=b; a=b", "X-HTTP-Method-Override: DELETE", "\u0001: x", " folded: x");

    private final URI service;
    private final long seed;

    /// @param seed the same one gives the same requests
    public DoorFuzz(URI service, long seed) {
        this.service = service;
        this.seed = seed;
    }

    /// @param statuses how often each was answered; 0 stands for a connection that was closed without an answer
    /// @param ourFaults requests that were answered with a status above 499 other than 503, each with its answer
    public record Report(Map<Integer, Integer> statuses, List<String> ourFaults) {}

    public Report run(int requests, int callers) throws InterruptedException {
        Map<Integer, Integer> statuses = new ConcurrentSkipListMap<>();
        List<String> ourFaults = new CopyOnWriteArrayList<>();
        var next = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            threads.add(Thread.startVirtualThread(() -> {
                for (int number; (number = next.getAndIncrement()) < requests; ) {
                    byte[] request = request(new Random(seed + number));
                    String answer = answer(request);
                    int status = status(answer);
                    statuses.merge(status, 1, Integer::sum);
                    if (status >= 500 && status != 503) {
                        ourFaults.add(new String(request, ISO_8859_1) + "\n→ " + answer);
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return new Report(statuses, ourFaults);
    }

    private String answer(byte[] request) {
        // the door waits for the rest of what is not
        boolean whole = new String(request, ISO_8859_1).contains("\r\n\r\n");
        try (var client = new RawClient(service, whole ? PATIENCE : SHORT_PATIENCE)) {
            client.send(request);
            return client.readAll();
        } catch (IOException e) {
            return "";
        }
    }

    private static int status(String answer) {
        return answer.startsWith("HTTP/1.") && answer.length() > 12 ? Integer.parseInt(answer.substring(9, 12)) : 0;
    }

    private static byte[] request(Random random) {
        if (random.nextInt(20) == 0) {
            byte[] noise = new byte[random.nextInt(400)];
            random.nextBytes(noise);
            return noise;
        }
        byte[] body = body(random);
        var head = new StringBuilder();
        head.append(pick(METHODS, random, 4)).append(' ').append(pick(PATHS, random, 4)).append(random.nextInt(50) == 0 ? " HTTP/9.9\r\n" : " HTTP/1.1\r\n");
        head.append("Host: 127.0.0.1\r\nConnection: close\r\n");
        if (random.nextInt(20) > 0) {
            head.append("Content-Type: application/json\r\n");
        }
        for (int more = random.nextInt(4) == 0 ? random.nextInt(4) : 0; more > 0; more--) {
            head.append(HEADERS.get(random.nextInt(HEADERS.size()))).append("\r\n");
        }
        if (random.nextInt(30) > 0) {
            head.append("Content-Length: ").append(body.length + (random.nextInt(30) == 0 ? random.nextInt(20) - 10 : 0)).append("\r\n");
        }
        byte[] start = head.append("\r\n").toString().getBytes(ISO_8859_1);
        byte[] request = new byte[start.length + body.length];
        System.arraycopy(start, 0, request, 0, start.length);
        System.arraycopy(body, 0, request, start.length, body.length);
        if (random.nextInt(30) == 0) {
            request[random.nextInt(request.length)] = (byte) random.nextInt(256);
        }
        return request;
    }

    /// The first one mostly, so that most requests get as far as the body.
    private static String pick(List<String> choices, Random random, int usual) {
        return random.nextInt(usual) > 0 ? choices.getFirst() : choices.get(random.nextInt(choices.size()));
    }

    private static byte[] body(Random random) {
        var body = new StringBuilder(BODIES.get(random.nextInt(BODIES.size())));
        for (int mutations = random.nextInt(5); mutations > 0; mutations--) {
            int at = random.nextInt(body.length() + 1);
            int to = Math.min(body.length(), at + random.nextInt(12));
            switch (random.nextInt(4)) {
                case 0 -> body.delete(at, to);
                case 1 -> body.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                case 2 -> body.replace(at, to, PIECES.get(random.nextInt(PIECES.size())));
                default -> body.insert(at, body.substring(at, to));
            }
        }
        return body.toString().getBytes(ISO_8859_1);
    }
}
