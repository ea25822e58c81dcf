package dev.mayfly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.testing.NeedsDocker;
import dev.mayfly.testing.NeedsProxy;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.ServiceClient;
import dev.mayfly.testing.Swarm;
import dev.mayfly.testing.TakesLong;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The stack of `deploy/swarm` with the overlay `engine-docker`: the Docker engine of each node makes the sandboxes of
/// its replicas, from runtime images that it pulls by digest.
@NeedsDocker
@NeedsProxy
@NeedsRoot
@TakesLong
class SwarmDockerEngineIT {
    private static final String PROGRAM = "{\"runtime\": \"%s\", \"code\": \"%s\"}";
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String SANDBOXES = "label=dev.mayfly.service=" + Swarm.NAME;

    @Test
    void eachNodesEngineMakesTheSandboxesOfItsReplica() throws Exception {
        try (var swarm = new Swarm(List.of("", ""), List.of("MAYFLY_POOL_MEMORY_MIB=2048", "MAYFLY_POOL_CAPACITY=8", "MAYFLY_POOL_MIN_WARM=1", "MAYFLY_POOL_MAX_WARM=2"))) {
            swarm.set("MAYFLY_ENGINE", "docker");
            swarm.pushRuntimes();
            swarm.form(2);
            String key = swarm.stack("keys", "create", "--tenant", "acme", "--scope", "execute,read,admin");
            swarm.stackOn(2, "node");
            swarm.stack("up", "2");
            try (ServiceClient client = swarm.client(1, key)) {
                await().atMost(PATIENCE).ignoreExceptions().until(() -> client.replicas() == 2);
                assertThat(client.read("/v1/info").path("engine").asText()).isEqualTo("docker");
                ServiceClient.assertPrinted(client.execute(PROGRAM.formatted("python", "print(42)")), 42);
                ServiceClient.assertPrinted(client.execute(PROGRAM.formatted("node", "console.log(42)")), 42);
                await().atMost(PATIENCE).until(() -> {
                    ServiceClient.assertPrinted(client.execute(PROGRAM.formatted("python", "print(1)")), 1);
                    return swarm.log(1).contains(" outcome=Exited") && swarm.log(2).contains(" outcome=Exited");
                });
                await().atMost(PATIENCE).until(() -> sandboxes(swarm, 1) >= 3 && sandboxes(swarm, 2) >= 3);
            }
            swarm.stack("down", "--volumes");
            // each replica drains before it ends
            await().atMost(PATIENCE).until(() -> sandboxes(swarm, 1) + sandboxes(swarm, 2) == 0);
        }
    }

    private static long sandboxes(Swarm swarm, int node) throws Exception {
        return swarm.docker(node, "ps", "-aq", "--filter", SANDBOXES).lines().count();
    }
}
