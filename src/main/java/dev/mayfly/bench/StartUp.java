package dev.mayfly.bench;

import dev.mayfly.bench.Bench.Figure;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A second service on a free port: how long until it is ready with a warm pool, and what it and its idle boxes weigh.
final class StartUp {
    private static final int STARTS = 5;
    private static final double MEBIBYTE = 1 << 20;
    private static final double MAX_RESIDENT_MIB = 250;

    private StartUp() {}

    static List<Figure> measure(Path home) throws IOException, InterruptedException {
        var starts = new Samples();
        double resident = 0;
        double pythonBox = 0;
        double nodeBox = 0;
        for (int i = 0; i < STARTS; i++) {
            int port;
            try (var free = new ServerSocket(0)) {
                port = free.getLocalPort();
            }
            var builder = new ProcessBuilder(home.resolve("mayfly").toString(), "serve").redirectErrorStream(true);
            builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
            builder.environment().putAll(Map.of("QUARKUS_HTTP_PORT", String.valueOf(port), "MAYFLY_SERVICE", "mayfly-bench"));
            long start = System.nanoTime();
            Process process = builder.start();
            try {
                awaitReady(URI.create("http://127.0.0.1:%d/health/ready".formatted(port)), process);
                starts.add(System.nanoTime() - start);
                resident = Math.max(resident, residentMebibytes(process.pid()));
                pythonBox = boxMebibytes("python:3.13");
                nodeBox = boxMebibytes("node:20");
            } finally {
                process.destroy();
                process.waitFor();
            }
        }
        List<Figure> figures = new ArrayList<>();
        figures.add(told("service start → ready with a warm pool, p50", "%.0f ms".formatted(starts.medianMillis())));
        figures.add(new Figure("service, resident memory when ready", "%.0f MiB".formatted(resident), "–", resident / MAX_RESIDENT_MIB,
                "≤ 250 MiB", resident <= MAX_RESIDENT_MIB));
        figures.add(told("idle warm box, Python", "%.1f MiB".formatted(pythonBox)));
        figures.add(told("idle warm box, Node", "%.1f MiB".formatted(nodeBox)));
        return figures;
    }

    private static Figure told(String name, String measured) {
        return new Figure(name, measured, "–", 0, "told", true);
    }

    private static void awaitReady(URI health, Process process) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (process.isAlive()) {
                try {
                    if (client.send(HttpRequest.newBuilder(health).build(), HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                        return;
                    }
                } catch (IOException e) {
                    Thread.sleep(5); // not listening yet
                }
                Thread.sleep(5);
            }
        }
        throw new IOException("the second service ended with " + process.exitValue());
    }

    private static double residentMebibytes(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/%d/status".formatted(pid))).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) * 1024 / MEBIBYTE)
                .findFirst()
                .orElse(0);
    }

    private static double boxMebibytes(String runtime) throws IOException, InterruptedException {
        String id = said("docker", "ps", "-q", "--filter", "label=dev.mayfly.runtime=" + runtime, "--filter", "label=dev.mayfly.service=mayfly-bench")
                .lines().findFirst().orElse("");
        String usage = said("docker", "stats", "--no-stream", "--format", "{{.MemUsage}}", id).strip();
        double number = Double.parseDouble(usage.replaceAll("([0-9.]+).*", "$1"));
        return usage.matches("[0-9.]+KiB.*") ? number / 1024 : number;
    }

    private static String said(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
