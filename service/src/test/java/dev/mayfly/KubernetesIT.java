package dev.mayfly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.testing.ContainerRights;
import dev.mayfly.testing.DockerCommand;
import dev.mayfly.testing.HelmChart;
import dev.mayfly.testing.KubernetesObjects;
import dev.mayfly.testing.NeedsDocker;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What `deploy/kubernetes` makes for a cluster, as Kustomize renders it: every field is one that Kubernetes knows, and
/// what belongs together agrees. No cluster is here: it is not run.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@NeedsDocker
class KubernetesIT {
    private static final String KUSTOMIZE = "mayfly/kustomize:trixie";

    @TempDir
    Path folder;

    /// Of Debian's packages, on the base image.
    @BeforeAll
    void buildKustomize() throws Exception {
        DockerCommand.run(new byte[0], List.of("env", "MAYFLY_ENGINE=docker", "runtimes/build", "--base")).orThrow();
        String dockerfile = "FROM mayfly/base:trixie\nRUN apt-get update && apt-get install -y --no-install-recommends kustomize\n";
        DockerCommand.run(dockerfile.getBytes(StandardCharsets.UTF_8), List.of("env", "DOCKER_BUILDKIT=0", "docker", "build", "-q", "-t", KUSTOMIZE, "-")).orThrow();
    }

    /// As the page says: a copy of the example, with an access file and the database's address and password.
    private KubernetesObjects render(String autoscaler) throws IOException, InterruptedException {
        Path copy = folder.resolve(autoscaler);
        Path shipped = Path.of("deploy/kubernetes");
        try (Stream<Path> files = Files.walk(shipped)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path to = copy.resolve(shipped.relativize(file));
                Files.createDirectories(to.getParent());
                Files.writeString(to, Files.readString(file).replace("../autoscale-hpa", "../" + autoscaler));
            }
        }
        for (String secret : List.of("access.json", "mayfly.store.url", "mayfly.store.password")) {
            Files.writeString(copy.resolve("example").resolve(secret), "{}");
        }
        String rendered = DockerCommand.docker("run", "--rm", "--network", "none", "-v", copy + ":/kubernetes:ro", KUSTOMIZE, "kustomize", "build", "/kubernetes/example").orThrow().out();
        return KubernetesObjects.read(rendered);
    }

    @Test
    void everyFieldIsOneOfKubernetes() throws Exception {
        KubernetesObjects objects = render("autoscale-hpa");
        assertThat(objects.known()).hasSize(8).allSatisfy(known -> {
            assertThat(known.getApiVersion()).isEqualTo(HasMetadata.getApiVersion(known.getClass()));
            assertThat(known.getMetadata().getNamespace()).isEqualTo(known instanceof Namespace ? null : "mayfly");
        });
    }

    @Test
    void unknownFieldIsFound() throws Exception {
        var service = KubernetesObjects.read("{apiVersion: v1, kind: Service, metadata: {name: mayfly}, spec: {selectors: {}}}");
        assertThatThrownBy(() -> service.one(Service.class)).hasMessageContaining("selectors");
        assertThatThrownBy(service::known).hasMessageContaining("selectors");
    }

    @Test
    void replicaHasItsRightsSettingsAndSecrets() throws Exception {
        KubernetesObjects objects = render("autoscale-hpa");
        Deployment deployment = objects.one(Deployment.class);
        var pod = deployment.getSpec().getTemplate().getSpec();
        var container = pod.getContainers().getFirst();
        assertThat(container.getImage()).startsWith("registry.example.org/mayfly/service@sha256:");
        assertThat(new TreeSet<>(container.getSecurityContext().getCapabilities().getAdd())).isEqualTo(ContainerRights.ofThePage());
        assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(container.getEnvFrom().getFirst().getConfigMapRef().getName()).isEqualTo(objects.one(ConfigMap.class).getMetadata().getName());
        assertThat(pod.getVolumes().getFirst().getSecret().getSecretName()).isEqualTo(objects.one(Secret.class).getMetadata().getName());
        assertThat(objects.one(Secret.class).getData()).containsOnlyKeys("access.json", "mayfly.store.url", "mayfly.store.password");
        // what selects the pods does
        Map<String, String> labels = deployment.getSpec().getTemplate().getMetadata().getLabels();
        assertThat(labels).containsAllEntriesOf(deployment.getSpec().getSelector().getMatchLabels()).containsAllEntriesOf(objects.one(Service.class).getSpec().getSelector())
                .containsAllEntriesOf(objects.one(NetworkPolicy.class).getSpec().getPodSelector().getMatchLabels())
                .containsAllEntriesOf(objects.one(PodDisruptionBudget.class).getSpec().getSelector().getMatchLabels());
        assertThat(objects.one(HorizontalPodAutoscaler.class).getSpec().getScaleTargetRef().getName()).isEqualTo(deployment.getMetadata().getName());
    }

    @Test
    void kedaScalesTheSameDeployment() throws Exception {
        KubernetesObjects objects = render("autoscale-keda");
        assertThat(objects.scaledObject().at("/spec/scaleTargetRef/name").asText()).isEqualTo(objects.one(Deployment.class).getMetadata().getName());
        assertThat(objects.has(HorizontalPodAutoscaler.class)).isFalse();
    }

    /// Helm's chart and Kustomize's folder say the same but for what only one of them has: Helm's labels of the
    /// release, Kustomize's names by content.
    @ParameterizedTest
    @CsvSource({"hpa, HorizontalPodAutoscaler", "keda, ScaledObject"})
    void chartMakesTheSame(String by, String scaler) throws Exception {
        KubernetesObjects kustomized = render("autoscale-" + by);
        KubernetesObjects chart = HelmChart.render(folder.resolve("chart"), "image", kustomized.one(Deployment.class).getSpec().getTemplate().getSpec().getContainers().getFirst().getImage(), "autoscaling.by", by);
        for (String kind : List.of("Deployment", "Service", "PodDisruptionBudget", "NetworkPolicy", "ConfigMap", scaler)) {
            assertThat(comparable(chart.one(kind))).as(kind).isEqualTo(comparable(kustomized.one(kind)));
        }
    }

    private static JsonNode comparable(JsonNode object) {
        JsonNode copy = object.deepCopy();
        for (JsonNode holder : copy.findParents("labels")) {
            comparableLabels((ObjectNode) holder, "labels");
        }
        for (String selector : List.of("matchLabels", "selector")) {
            copy.findParents(selector).forEach(holder -> comparableLabels((ObjectNode) holder, selector));
        }
        copy.findParents("mayfly.dev/settings").forEach(annotations -> ((ObjectNode) annotations).remove("mayfly.dev/settings"));
        copy.findParents("namespace").forEach(metadata -> ((ObjectNode) metadata).remove("namespace"));
        copy.findParents("name").forEach(named -> unhash((ObjectNode) named, "name"));
        copy.findParents("secretName").forEach(named -> unhash((ObjectNode) named, "secretName"));
        return copy;
    }

    private static void comparableLabels(ObjectNode holder, String field) {
        if (holder.get(field) instanceof ObjectNode labels) {
            labels.remove(List.of("app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/managed-by"));
            if (labels.isEmpty()) {
                holder.remove(field);
            }
        }
    }

    private static void unhash(ObjectNode named, String field) {
        if (named.get(field).isTextual()) {
            named.put(field, named.get(field).textValue().replaceFirst("^(mayfly(-settings)?)-[a-z0-9]{10}$", "$1"));
        }
    }
}
