package dev.mayfly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.mayfly.testing.ContainerRights;
import dev.mayfly.testing.DockerCommand;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// What `deploy/kubernetes` makes for a cluster, as Kustomize renders it: every field is one that Kubernetes knows, and
/// what belongs together agrees. No cluster is here: it is not run.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@NeedsDocker
class KubernetesIT {
    private static final String KUSTOMIZE = "mayfly/kustomize:trixie";
    private static final Map<String, Class<? extends HasMetadata>> KINDS = Map.of(
            "Namespace", Namespace.class, "Deployment", Deployment.class, "Service", Service.class, "PodDisruptionBudget", PodDisruptionBudget.class,
            "NetworkPolicy", NetworkPolicy.class, "ConfigMap", ConfigMap.class, "Secret", Secret.class, "HorizontalPodAutoscaler", HorizontalPodAutoscaler.class);

    /// The models take unknown fields for additional ones; here they are errors.
    private static final ObjectMapper STRICT = new YAMLMapper().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
        @Override
        public Boolean hasAnySetter(Annotated annotated) {
            return false;
        }
    });

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
    private List<JsonNode> render(String autoscaler) throws IOException, InterruptedException {
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
        List<JsonNode> objects = new ArrayList<>();
        try (var parser = new YAMLFactory().createParser(rendered)) {
            STRICT.readValues(parser, JsonNode.class).forEachRemaining(objects::add);
        }
        return objects;
    }

    private static <T extends HasMetadata> T one(List<JsonNode> objects, Class<T> kind) throws IOException {
        JsonNode found = objects.stream().filter(object -> object.path("kind").asText().equals(kind.getSimpleName())).findFirst().orElseThrow();
        return STRICT.treeToValue(found, kind);
    }

    @Test
    void everyFieldIsOneOfKubernetes() throws Exception {
        List<JsonNode> objects = render("autoscale-hpa");
        for (JsonNode object : objects) {
            Class<? extends HasMetadata> kind = KINDS.get(object.path("kind").asText());
            assertThat(kind).as(object.toString()).isNotNull();
            HasMetadata known = STRICT.treeToValue(object, kind);
            assertThat(known.getApiVersion()).isEqualTo(object.path("apiVersion").asText()).isEqualTo(HasMetadata.getApiVersion(kind));
            assertThat(known.getMetadata().getNamespace()).isEqualTo(known instanceof Namespace ? null : "mayfly");
        }
        assertThat(objects).hasSize(KINDS.size());
    }

    @Test
    void unknownFieldIsFound() throws Exception {
        JsonNode service = STRICT.readTree("{apiVersion: v1, kind: Service, metadata: {name: mayfly}, spec: {selectors: {}}}");
        assertThatThrownBy(() -> STRICT.treeToValue(service, Service.class)).hasMessageContaining("selectors");
    }

    @Test
    void replicaHasItsRightsSettingsAndSecrets() throws Exception {
        List<JsonNode> objects = render("autoscale-hpa");
        Deployment deployment = one(objects, Deployment.class);
        var pod = deployment.getSpec().getTemplate().getSpec();
        var container = pod.getContainers().getFirst();
        assertThat(container.getImage()).startsWith("registry.example.org/mayfly/service@sha256:");
        assertThat(new TreeSet<>(container.getSecurityContext().getCapabilities().getAdd())).isEqualTo(ContainerRights.ofThePage());
        assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(container.getEnvFrom().getFirst().getConfigMapRef().getName()).isEqualTo(one(objects, ConfigMap.class).getMetadata().getName());
        assertThat(pod.getVolumes().getFirst().getSecret().getSecretName()).isEqualTo(one(objects, Secret.class).getMetadata().getName());
        assertThat(one(objects, Secret.class).getData()).containsOnlyKeys("access.json", "mayfly.store.url", "mayfly.store.password");
        // what selects the pods does
        Map<String, String> labels = deployment.getSpec().getTemplate().getMetadata().getLabels();
        assertThat(labels).containsAllEntriesOf(deployment.getSpec().getSelector().getMatchLabels()).containsAllEntriesOf(one(objects, Service.class).getSpec().getSelector())
                .containsAllEntriesOf(one(objects, NetworkPolicy.class).getSpec().getPodSelector().getMatchLabels())
                .containsAllEntriesOf(one(objects, PodDisruptionBudget.class).getSpec().getSelector().getMatchLabels());
        assertThat(one(objects, HorizontalPodAutoscaler.class).getSpec().getScaleTargetRef().getName()).isEqualTo(deployment.getMetadata().getName());
    }

    /// KEDA's own kind is not in the models.
    @Test
    void kedaScalesTheSameDeployment() throws Exception {
        List<JsonNode> objects = render("autoscale-keda");
        JsonNode scaled = objects.stream().filter(object -> object.path("kind").asText().equals("ScaledObject")).findFirst().orElseThrow();
        assertThat(scaled.path("spec").path("scaleTargetRef").path("name").asText()).isEqualTo(one(objects, Deployment.class).getMetadata().getName());
        assertThat(objects).noneMatch(object -> object.path("kind").asText().equals("HorizontalPodAutoscaler"));
    }
}
