package dev.mayfly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mayfly.testing.NeedsDocker;
import dev.mayfly.testing.NeedsProxy;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.ServiceClient;
import dev.mayfly.testing.Swarm;
import dev.mayfly.testing.TakesLong;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/// The stack of `deploy/swarm` on three nodes with a Docker engine each: every node is an entrance, a node that joins
/// gets work, one whose cable is pulled loses nothing that was accepted, updates fail no request, a bad image brings the
/// old one back, replicas come and go with the load.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@NeedsDocker
@NeedsProxy
@NeedsRoot
@TakesLong
class SwarmIT {
    private static final String PROGRAM = "{\"runtime\": \"python\", \"code\": \"print(%d)\"}";
    private static final String SLOW = "{\"runtime\": \"python\", \"code\": \"import time; time.sleep(8); print(%d)\"}";
    private static final String LONG = "{\"runtime\": \"python\", \"limits\": {\"wallTimeMs\": 60000}, \"code\": \"import time; time.sleep(30); print(%d)\"}";
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final List<ServiceClient> entrances = new ArrayList<>();
    private Swarm swarm;
    private ServiceClient client;

    /// A delay above the usual 3 s, for a machine that may be slow.
    @BeforeAll
    void up() throws Exception {
        swarm = new Swarm(List.of("", "", ""), List.of(
                "MAYFLY_SHUTDOWN_DELAY=10S", "MAYFLY_ASYNC_SLOTS=4", "MAYFLY_POOL_MEMORY_MIB=2048", "MAYFLY_POOL_CAPACITY=8", "MAYFLY_POOL_MIN_WARM=1", "MAYFLY_POOL_MAX_WARM=2"));
        swarm.form(2);
        String key = swarm.stack("keys", "create", "--tenant", "acme", "--scope", "execute,read,admin");
        swarm.stack("up", "2");
        for (int node = 1; node <= 3; node++) {
            entrances.add(swarm.client(node, key));
        }
        client = entrances.getFirst();
        awaitReplicas(2);
    }

    @AfterAll
    void down() throws Exception {
        entrances.forEach(ServiceClient::close);
        if (swarm != null) {
            swarm.close();
        }
        assertThat(Path.of("/run/mayfly/nodes")).doesNotExist();
    }

    private void awaitReplicas(int count) {
        await().atMost(PATIENCE).ignoreExceptions().until(() -> client.replicas() == count);
    }

    @Test
    @Order(1)
    void everyNodeIsAnEntrance() throws Exception {
        swarm.stackOn(1, "node");
        swarm.stackOn(2, "node");
        for (ServiceClient entrance : entrances.subList(0, 2)) {
            ServiceClient.assertPrinted(entrance.execute(PROGRAM.formatted(42)), 42);
        }
        assertThat(client.read("/v1/info").path("image").asText()).isEqualTo(swarm.serviceImage()).contains("@sha256:");
        assertThat(client.read("/v1/info").path("engine").asText()).isEqualTo("oci");
    }

    /// Who calls is what the node's proxy says, and not what the caller says of itself.
    @Test
    @Order(1)
    void functionSeesItsCallersAddress() throws Exception {
        try (HttpClient caller = HttpClient.newHttpClient()) {
            for (ServiceClient entrance : entrances.subList(0, 2)) {
                assertThat(client.addressSeenBy(caller, entrance.url(), "acme")).isEqualTo(Swarm.CALLER);
            }
        }
    }

    @Test
    @Order(2)
    void nodeThatJoinsGetsWork() throws Exception {
        swarm.join(3);
        swarm.awaitNode(3, "Ready");
        swarm.scale(3);
        awaitReplicas(3);
        await().atMost(PATIENCE).ignoreExceptions().until(() -> entrances.getLast().execute(PROGRAM.formatted(1)).statusCode() == 200);
        await().atMost(PATIENCE).until(() -> {
            ServiceClient.assertPrinted(client.execute(PROGRAM.formatted(1)), 1);
            return swarm.log(3).contains(" outcome=Exited");
        });
    }

    /// Its asynchronous executions are started again by the others; when it comes back, it changes no result.
    @Test
    @Order(3)
    void nodeWhoseCableIsPulledLosesNothingThatWasAccepted() throws Exception {
        List<String> accepted = client.accept(12, LONG);
        await().atMost(PATIENCE).ignoreExceptions().until(() -> client.running() == 12);
        swarm.nodes("unplug", "3");
        List<JsonNode> results = client.awaitPrinted(accepted);
        assertThat(results).anyMatch(result -> result.path("attempts").asInt() == 2);
        swarm.awaitNode(3, "Down");
        swarm.nodes("plug", "3");
        swarm.awaitNode(3, "Ready");
        awaitReplicas(3);
        assertThat(client.awaitPrinted(accepted)).isEqualTo(results);
    }

    @Test
    @Order(4)
    void updateToAnotherImageFailsNoRequest() throws Exception {
        swarm.changeImage("next", "LABEL next=yes");
        List<String> accepted = client.accept(4, SLOW);
        assertThat(client.failuresDuring(() -> swarm.stack("up"), PROGRAM)).isEmpty();
        assertThat(client.read("/v1/info").path("image").asText()).isEqualTo(swarm.serviceImage());
        client.awaitPrinted(accepted);
        awaitReplicas(3);
    }

    @Test
    @Order(5)
    void imageThatDoesNotStartBringsTheOldOneBack() throws Exception {
        String before = client.read("/v1/info").path("image").asText();
        swarm.changeImage("bad", "ENTRYPOINT [\"/usr/bin/bash\", \"-c\", \"exit 1\"]");
        assertThat(client.failuresDuring(() -> assertThat(swarm.refused("up")).contains("has its old state again"), PROGRAM)).isEmpty();
        assertThat(client.read("/v1/info").path("image").asText()).isEqualTo(before);
        swarm.set("STACK_SERVICE_IMAGE", before);
    }

    @Test
    @Order(6)
    void replicasComeAndGoWithTheLoad() throws Exception {
        swarm.scale(2);
        awaitReplicas(2);
        Map.of("AUTOSCALE_MIN", "2", "AUTOSCALE_MAX", "3", "AUTOSCALE_PAUSE", "2", "AUTOSCALE_UP_AFTER", "2", "AUTOSCALE_DOWN_AFTER", "10").forEach(swarm::set);
        swarm.stack("up", "--autoscale");
        assertThat(swarm.wantedReplicas()).isEqualTo(2);
        var enough = new AtomicBoolean();
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> load = new ArrayList<>();
            for (int caller = 0; caller < 12; caller++) {
                load.add(callers.submit(() -> {
                    while (!enough.get()) {
                        ServiceClient.assertPrinted(client.execute(SLOW.formatted(1)), 1);
                    }
                    return null;
                }));
            }
            await().atMost(PATIENCE).until(() -> swarm.wantedReplicas() == 3);
            awaitReplicas(3);
            enough.set(true);
            for (Future<?> caller : load) {
                caller.get();
            }
        }
        await().atMost(PATIENCE).until(() -> swarm.wantedReplicas() == 2);
        awaitReplicas(2);
    }
}
