package dev.mayfly.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The stack of `deploy/swarm/stack` on nodes of this machine (`loadtest/nodes`), with images from a registry of their
/// own. Node 1 is the manager.
public final class Swarm implements AutoCloseable {
    /// The address from which its callers come.
    public static final String CALLER = "10.77.0.254";
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    /// The stack's.
    public static final String NAME = "mayfly-swarm";
    private static final String REGISTRY = CALLER + ":5000";
    private static final Path LOG = Path.of("target/swarm-test.log");

    private final Path folder = Files.createTempDirectory("mayfly-swarm");
    private final Map<String, String> variables = new TreeMap<>();
    private final int registryPort = ServiceProcess.freePort();
    private final List<String> pushed = new ArrayList<>();
    private final int proxyPort;

    /// Boots the nodes and fills the registry; `form` makes the swarm.
    ///
    /// @param cpus of each node, as many as nodes; empty for all of the machine
    /// @param settings of the replicas, `NAME=VALUE`
    public Swarm(List<String> cpus, List<String> settings) throws IOException, InterruptedException {
        proxyPort = ServiceProcess.freePort();
        Files.write(folder.resolve("settings.env"), settings);
        variables.putAll(Map.of(
                "DOCKER_HOST", "unix:///run/mayfly/nodes/1.sock", "COMPOSE_PROJECT_NAME", NAME, "STACK_PORT", String.valueOf(proxyPort),
                "STACK_SECRETS", folder.resolve("secrets").toString(), "STACK_SETTINGS", folder.resolve("settings.env").toString()));
        List<String> up = new ArrayList<>(List.of("loadtest/nodes", "up", String.valueOf(cpus.size())));
        up.addAll(cpus);
        nodes("down"); // of a run that was killed
        run(Map.of(), up);
        try {
            fillRegistry();
        } catch (IOException | InterruptedException | AssertionError e) {
            close();
            throw e;
        }
    }

    private void fillRegistry() throws IOException, InterruptedException {
        nodes("forward", String.valueOf(registryPort), REGISTRY);
        String images = run(Map.of(), List.of("deploy/push", local(), "service", "proxy", "database", "prometheus", "alertmanager", "autoscale"));
        images.lines().forEach(line -> use(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1)));
    }

    /// Has the replicas pull the images of runtimes from the registry. Before the first `up`.
    public void pushRuntimes() throws IOException, InterruptedException {
        String setting = run(Map.of(), List.of("deploy/push", local(), "runtimes"));
        for (String image : setting.substring(setting.indexOf('=') + 1).split(",", -1)) {
            pushed.add(local() + "/" + image.substring(0, image.indexOf('=')));
            pushed.add(image.substring(image.indexOf('=') + 1));
        }
        Files.writeString(folder.resolve("settings.env"), setting.replace("127.0.0.1:" + registryPort, REGISTRY) + "\n", StandardOpenOption.APPEND);
    }

    private String local() {
        return "127.0.0.1:%d/mayfly".formatted(registryPort);
    }

    private void use(String variable, String image) {
        pushed.add(image);
        variables.put(variable, image.replace("127.0.0.1:" + registryPort, REGISTRY));
    }

    /// The image of the service from now on, as the nodes know it.
    public String serviceImage() {
        return String.valueOf(variables.get("STACK_SERVICE_IMAGE"));
    }

    public void set(String variable, String value) {
        variables.put(variable, value);
    }

    /// Makes an image from the service's by these lines of a Dockerfile, pushes it, and names it for the next `up`.
    public void changeImage(String tag, String... lines) throws IOException, InterruptedException {
        String name = local() + "/service:" + tag;
        Path context = Files.createDirectory(folder.resolve(tag));
        Files.writeString(context.resolve("Dockerfile"), "FROM %s/service:latest\n%s\n".formatted(local(), String.join("\n", lines)));
        run(Map.of("DOCKER_BUILDKIT", "0"), List.of("docker", "build", "-q", "-t", name, context.toString()));
        run(Map.of(), List.of("docker", "push", "-q", name));
        String digest = run(Map.of(), List.of("docker", "image", "inspect", "--format", "{{join .RepoDigests \"\\n\"}}", name)).lines()
                .filter(line -> line.startsWith(local())).findFirst().orElseThrow();
        pushed.add(name);
        use("STACK_SERVICE_IMAGE", digest);
        Files.delete(context.resolve("Dockerfile"));
        Files.delete(context);
    }

    /// Runs a command whose failure is a failure of the test, and returns what it printed.
    private static String run(Map<String, String> variables, List<String> command) throws IOException, InterruptedException {
        Path out = Files.createTempFile("mayfly-swarm", ".out");
        try {
            var builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(ProcessBuilder.Redirect.appendTo(LOG.toFile()));
            builder.environment().putAll(variables);
            assertThat(builder.start().waitFor()).as("%s: %s", String.join(" ", command), LOG).isZero();
            return Files.readString(out).strip();
        } finally {
            Files.delete(out);
        }
    }

    public String nodes(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("loadtest/nodes"));
        command.addAll(List.of(words));
        return run(Map.of(), command);
    }

    /// The `docker` command on a node.
    public String docker(int node, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("docker", String.valueOf(node)));
        command.addAll(List.of(words));
        return nodes(command.toArray(String[]::new));
    }

    /// Makes node 1 the manager, and has the others join.
    public void form(int... workers) throws IOException, InterruptedException {
        docker(1, "swarm", "init", "--advertise-addr", "10.77.0.1");
        for (int worker : workers) {
            join(worker);
        }
    }

    public void join(int worker) throws IOException, InterruptedException {
        docker(worker, "swarm", "join", "--token", docker(1, "swarm", "join-token", "-q", "worker"), "10.77.0.1:2377");
    }

    /// Runs `deploy/swarm/stack` on the manager.
    public String stack(String... words) throws IOException, InterruptedException {
        return stackOn(1, words);
    }

    /// Runs `deploy/swarm/stack` against another node's engine.
    public String stackOn(int node, String... words) throws IOException, InterruptedException {
        var there = new TreeMap<>(variables);
        there.put("DOCKER_HOST", "unix:///run/mayfly/nodes/%d.sock".formatted(node));
        return run(there, command(words));
    }

    /// As `stack`, when it must not work; returns what it said.
    public String refused(String... words) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command(words)).redirectErrorStream(true);
        builder.environment().putAll(variables);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isNotZero();
        return said;
    }

    private static List<String> command(String... words) {
        List<String> command = new ArrayList<>(List.of("deploy/swarm/stack"));
        command.addAll(List.of(words));
        return command;
    }

    /// A caller through the proxy of one node.
    public ServiceClient client(int node, String key) throws IOException, InterruptedException {
        int port = ServiceProcess.freePort();
        nodes("forward", String.valueOf(port), "10.77.0.%d:%d".formatted(node, proxyPort));
        return new ServiceClient(URI.create("http://127.0.0.1:" + port), key);
    }

    /// How many replicas the swarm is to have now.
    public int wantedReplicas() throws IOException, InterruptedException {
        return Integer.parseInt(docker(1, "service", "inspect", "--format", "{{.Spec.Mode.Replicated.Replicas}}", NAME + "_mayfly"));
    }

    public void scale(int replicas) throws IOException, InterruptedException {
        docker(1, "service", "scale", "--detach", "%s_mayfly=%d".formatted(NAME, replicas));
    }

    /// Has replicas on the other nodes alone.
    public void keepOffTheManager() throws IOException, InterruptedException {
        docker(1, "service", "update", "--constraint-add", "node.role==worker", "--detach=false", "--quiet", NAME + "_mayfly");
    }

    /// What the replicas of a node have logged.
    public String log(int node) throws IOException, InterruptedException {
        var lines = new StringBuilder();
        for (String container : docker(node, "ps", "-aq", "--filter", "label=com.docker.swarm.service.name=%s_mayfly".formatted(NAME)).lines().toList()) {
            lines.append(docker(node, "logs", container));
        }
        return lines.toString();
    }

    /// Waits until a node is ready, or down.
    public void awaitNode(int node, String state) {
        await().atMost(PATIENCE).ignoreExceptions().until(() -> docker(1, "node", "ls", "--filter", "name=node" + node, "--format", "{{.Status}}").equals(state));
    }

    @Override
    public void close() throws IOException, InterruptedException {
        try {
            nodes("down");
        } finally {
            for (String image : pushed) {
                DockerCommand.docker("image", "rm", image.replaceFirst("@.*", ":latest"));
                DockerCommand.docker("image", "rm", image);
            }
            DockerCommand.run(new byte[0], List.of("rm", "-rf", folder.toString()));
        }
    }
}
