package dev.mayfly.testing;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// Objects for a cluster, read strictly into Kubernetes' own types.
public record KubernetesObjects(List<JsonNode> all) {
    /// KEDA's own kind is not in the models.
    private static final String KEDA = "ScaledObject";

    private static final Map<String, Class<? extends HasMetadata>> KINDS = Map.of(
            "Namespace", Namespace.class, "Deployment", Deployment.class, "Service", Service.class, "PodDisruptionBudget", PodDisruptionBudget.class,
            "NetworkPolicy", NetworkPolicy.class, "ConfigMap", ConfigMap.class, "Secret", Secret.class, "HorizontalPodAutoscaler", HorizontalPodAutoscaler.class);

    /// The models take unknown fields for additional ones; here they are errors.
    public static final ObjectMapper STRICT = new YAMLMapper().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
        @Override
        public Boolean hasAnySetter(Annotated annotated) {
            return false;
        }
    });

    /// @param yaml documents, as Kustomize and Helm render them
    public static KubernetesObjects read(String yaml) throws IOException {
        List<JsonNode> objects = new ArrayList<>();
        try (var parser = new YAMLFactory().createParser(yaml)) {
            STRICT.readValues(parser, JsonNode.class).forEachRemaining(objects::add);
        }
        objects.removeIf(Predicate.not(JsonNode::isObject)); // a document of comments alone
        return new KubernetesObjects(objects);
    }

    /// Every object whose kind Kubernetes itself has, in its type: a field that it does not know is an error.
    public List<HasMetadata> known() throws IOException {
        List<HasMetadata> known = new ArrayList<>();
        for (JsonNode object : all) {
            String kind = object.path("kind").asText();
            if (!kind.equals(KEDA)) {
                if (!KINDS.containsKey(kind)) {
                    throw new AssertionError("no kind of Kubernetes: " + object);
                }
                known.add(STRICT.treeToValue(object, KINDS.get(kind)));
            }
        }
        return known;
    }

    public <T extends HasMetadata> T one(Class<T> kind) throws IOException {
        return STRICT.treeToValue(one(kind.getSimpleName()), kind);
    }

    public JsonNode one(String kind) {
        return all.stream().filter(object -> object.path("kind").asText().equals(kind)).findFirst().orElseThrow(() -> new AssertionError("no " + kind));
    }

    public JsonNode scaledObject() {
        return one(KEDA);
    }

    public boolean has(Class<? extends HasMetadata> kind) {
        return all.stream().anyMatch(object -> object.path("kind").asText().equals(kind.getSimpleName()));
    }
}
