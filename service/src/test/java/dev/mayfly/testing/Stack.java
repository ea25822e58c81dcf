package dev.mayfly.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The stack of `deploy/stack` under a name of its own, with free ports.
public final class Stack implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    /// http://docs.haproxy.org/2.6/management.html#9.1
    private static final int SESSIONS = 4;
    private static final int STATUS = 17;

    private final String name;
    private final List<String> overlays;
    private final Path folder;
    private final Map<String, String> variables = new TreeMap<>();
    private final URI url = address();
    private final URI prometheus = address();
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /// @param settings of its replicas, `NAME=VALUE`
    public Stack(String name, List<String> settings) throws IOException {
        this(name, settings, List.of(), Map.of());
    }

    /// @param overlays besides that for development
    /// @param more of the variables that `deploy/stack` takes
    public Stack(String name, List<String> settings, List<String> overlays, Map<String, String> more) throws IOException {
        this.name = name;
        this.overlays = overlays;
        folder = Files.createTempDirectory("mayfly-stack");
        Files.write(folder.resolve("settings.env"), settings);
        variables.putAll(Map.of(
                "COMPOSE_PROJECT_NAME", name, "STACK_ADDRESS", url.getAuthority(), "STACK_SERVICE_IMAGE", image(), "STACK_SECRETS", secrets().toString(),
                "STACK_SETTINGS", folder.resolve("settings.env").toString(), "STACK_PROMETHEUS_PORT", String.valueOf(prometheus.getPort())));
        for (String port : List.of("DATABASE", "ALERTMANAGER", "WATCH", "REGISTRY")) {
            variables.put("STACK_%s_PORT".formatted(port), String.valueOf(ServiceProcess.freePort()));
        }
        variables.putAll(more);
    }

    private static URI address() {
        return URI.create("http://127.0.0.1:" + ServiceProcess.freePort());
    }

    private String image() {
        return "mayfly/service:" + name;
    }

    public Path secrets() {
        return folder.resolve("secrets");
    }

    /// Runs `deploy/stack` with these words, and returns what it printed on standard output.
    public String stack(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("deploy/stack", "--overlay", "compose/development.yaml"));
        for (String overlay : overlays) {
            command.addAll(List.of("--overlay", overlay));
        }
        command.addAll(List.of(words));
        Path out = folder.resolve("out");
        Path log = Path.of("target/%s.log".formatted(name));
        var builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(variables);
        assertThat(builder.start().waitFor()).as("deploy/stack %s: %s", String.join(" ", words), log).isZero();
        return Files.readString(out);
    }

    /// The containers of one of its services that run.
    public List<String> containers(String service) throws IOException, InterruptedException {
        return DockerCommand.docker("ps", "-q", "--filter", "label=com.docker.compose.project=" + name, "--filter", "label=com.docker.compose.service=" + service)
                .orThrow().out().lines().toList();
    }

    /// What is left of it: containers, volumes, networks.
    public List<String> remains() throws IOException, InterruptedException {
        List<String> found = new ArrayList<>();
        String label = "label=com.docker.compose.project=" + name;
        for (List<String> list : List.of(List.of("ps", "-aq"), List.of("volume", "ls", "-q"), List.of("network", "ls", "-q"))) {
            List<String> words = new ArrayList<>(list);
            words.addAll(List.of("--filter", label));
            DockerCommand.docker(words.toArray(String[]::new)).orThrow().out().lines().forEach(found::add);
        }
        return found;
    }

    /// How many requests the proxy has at each replica that it takes for ready, by the replica's name there.
    public Map<String, Integer> requestsByReplica() throws IOException, InterruptedException {
        URI watch = URI.create("http://127.0.0.1:%s/haproxy;csv".formatted(variables.get("STACK_WATCH_PORT")));
        Map<String, Integer> requests = new TreeMap<>();
        for (String line : http.send(HttpRequest.newBuilder(watch).build(), HttpResponse.BodyHandlers.ofString()).body().lines().toList()) {
            String[] fields = line.split(",", -1);
            if (fields[0].equals("replicas") && fields[1].startsWith("replica-") && fields[STATUS].equals("UP")) {
                requests.put(fields[1], Integer.parseInt(fields[SESSIONS]));
            }
        }
        return requests;
    }

    /// The address that a caller from this host has.
    public String hostAddress() throws IOException, InterruptedException {
        return DockerCommand.docker("network", "inspect", "--format", "{{(index .IPAM.Config 0).Gateway}}", name + "_default").orThrow().out().strip();
    }

    /// A caller through its proxy.
    public ServiceClient client(String key) {
        return new ServiceClient(url, key);
    }

    /// The series that a query of PromQL finds now.
    public JsonNode query(String query) throws IOException, InterruptedException {
        String form = "query=" + URLEncoder.encode(query, StandardCharsets.UTF_8);
        var request = HttpRequest.newBuilder(prometheus.resolve("/api/v1/query")).header("Content-Type", "application/x-www-form-urlencoded").POST(HttpRequest.BodyPublishers.ofString(form));
        JsonNode answer = JSON.readTree(http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body());
        assertThat(answer.path("status").asText()).as("%s: %s", query, answer).isEqualTo("success");
        return answer.path("data").path("result");
    }

    public void awaitSeries(String query, String value) {
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> assertThat(query(query).path(0).path("value").path(1).asText()).as(query).isEqualTo(value));
    }

    public void awaitAnySeries(String query) {
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> assertThat(query(query)).as(query).isNotEmpty());
    }

    @Override
    public void close() throws IOException, InterruptedException {
        stack("down", "--volumes");
        http.close();
        DockerCommand.docker("image", "rm", "--force", image());
        String registry = "127.0.0.1:%s/".formatted(variables.get("STACK_REGISTRY_PORT"));
        for (String pushed : DockerCommand.docker("images", "--format", "{{.Repository}}:{{.Tag}}").orThrow().out().lines().filter(name -> name.startsWith(registry)).toList()) {
            DockerCommand.docker("image", "rm", pushed).orThrow();
        }
        DockerCommand.run(new byte[0], List.of("buildah", "rmi", "--force", "localhost/" + image()));
        Files.delete(folder.resolve("settings.env"));
        Files.delete(folder.resolve("out"));
        Files.delete(folder);
    }
}
