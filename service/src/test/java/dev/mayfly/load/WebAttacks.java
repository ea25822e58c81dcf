package dev.mayfly.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.doctor.Attack;
import dev.mayfly.doctor.AttackFolder;
import dev.mayfly.runtime.RuntimeFolder;
import dev.mayfly.testing.ServiceProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// The attacks of Python and Node, each as a function on the web that a stranger calls: its answer is what its outcome
/// says, nothing of a failure is shown, no breach is reported, and afterwards the service has no sandbox left of it.
public final class WebAttacks {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path RUNTIMES = Path.of("runtimes");
    private static final String NAME = "attack";
    /// What an attack that looks for variables finds here, and may.
    private static final Pattern OF_CGI = Pattern.compile("BREACH: (at its start it had b')?(SERVER_|GATEWAY_INTERFACE|REQUEST_|SCRIPT_NAME|PATH_INFO|QUERY_STRING|REMOTE_ADDR|CONTENT_|HTTP_)");

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ServiceProcess service;

    private WebAttacks(ServiceProcess service) {
        this.service = service;
    }

    private HttpResponse<String> send(String method, String path, String body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(service.url().resolve(path)).header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body)).build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static ObjectNode function(Attack attack) {
        ObjectNode function = JSON.createObjectNode().put("runtime", attack.runtime()).put("code", attack.code());
        ObjectNode limits = function.putObject("limits");
        attack.limits().forEach((axis, amount) -> limits.put(axis.wireName(), amount));
        attack.outputs().forEach(function.putArray("outputs")::add);
        function.putObject("http").put("access", "open").put("requestsPerMinute", 1000).put("requestsPerMinutePerAddress", 1000);
        return function;
    }

    /// The statuses that its outcome may have; a program that ends well may have written anything.
    private static List<Integer> expected(Attack attack) {
        if (attack.outcome().startsWith("timed_out")) {
            return List.of(504);
        }
        return attack.outcome().equals("exited-0") ? List.of(200) : List.of(502);
    }

    /// What is wrong about one; empty when it is held.
    private String examine(Attack attack) throws IOException, InterruptedException {
        HttpResponse<String> stored = send("PUT", "/v1/functions/" + NAME, function(attack).toString());
        if (stored.statusCode() / 100 != 2) {
            return "could not be stored: " + stored.body();
        }
        HttpResponse<String> answer = send("POST", "/fn/default/" + NAME, "");
        if (!expected(attack).contains(answer.statusCode())) {
            return "answered with %d: %s".formatted(answer.statusCode(), answer.body());
        }
        if (answer.statusCode() != 200 && !answer.body().contains("executionId")) {
            return "its failure says " + answer.body();
        }
        return answer.body().lines().filter(line -> line.startsWith("BREACH") && !OF_CGI.matcher(line).find()).findFirst().orElse("");
    }

    public static void main(String[] args) throws Exception {
        List<Attack> attacks = AttackFolder.read(RUNTIMES, RuntimeFolder.read(RUNTIMES.toAbsolutePath())).stream()
                .filter(attack -> attack.runtime().equals("python") || attack.runtime().equals("node")).toList();
        List<String> troubles = new ArrayList<>();
        double leased;
        try (var service = new ServiceProcess("test-web-attacks", ServiceProcess.lockFolder(), Map.of("MAYFLY_ENGINE", "oci")).awaitReady()) {
            var all = new WebAttacks(service);
            for (Attack attack : attacks) {
                String trouble = all.examine(attack);
                if (!trouble.isEmpty()) {
                    troubles.add("%s %s: %s".formatted(attack.runtime(), attack.name(), trouble.lines().findFirst().orElse("")));
                }
            }
            leased = all.send("GET", "/metrics", "").body().lines().filter(line -> line.startsWith("mayfly_sandbox_pool_leased ")).mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ')))).sum();
            System.out.printf("| attacks through /fn | not held | sandboxes left |%n|---|---|---|%n| %d | %d | %.0f |%n", attacks.size(), troubles.size(), leased);
            troubles.forEach(System.out::println);
        }
        System.exit(troubles.isEmpty() && leased == 0 ? 0 : 1);
    }
}
