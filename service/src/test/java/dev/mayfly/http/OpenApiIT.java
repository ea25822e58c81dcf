package dev.mayfly.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.testing.ServiceProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// The API's document is whole: a client can be generated from it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenApiIT {
    private ServiceProcess service;
    private JsonNode document;

    private record Operation(String name, JsonNode json) {}

    @BeforeAll
    void read() throws Exception {
        service = new ServiceProcess("test-openapi", ServiceProcess.lockFolder(), Map.of("MAYFLY_DOCKER_HOST", "unix:///nowhere/docker.sock")).awaitLive();
        document = new ObjectMapper().readTree(service.get("/openapi?format=json").body());
    }

    @AfterAll
    void stop() throws Exception {
        service.close();
    }

    private List<Operation> operations() {
        List<Operation> all = new ArrayList<>();
        document.get("paths").properties().forEach(path -> path.getValue().properties().stream().filter(entry -> entry.getValue().has("responses"))
                .forEach(entry -> all.add(new Operation(entry.getKey() + " " + path.getKey(), entry.getValue()))));
        assertThat(all).hasSizeGreaterThan(12);
        return all;
    }

    @Test
    void everyOperationHasANameOfItsOwnAndASummary() {
        assertThat(document.get("openapi").asText()).startsWith("3.1");
        assertThat(operations()).extracting(operation -> operation.json().path("operationId").asText()).doesNotContain("").doesNotHaveDuplicates();
        assertThat(operations()).allSatisfy(operation -> assertThat(operation.json().path("summary").asText()).as(operation.name()).isNotBlank());
    }

    @Test
    void everyOperationSaysWhatItAnswers() {
        var softly = new SoftAssertions();
        for (Operation operation : operations()) {
            List<String> statuses = new ArrayList<>();
            operation.json().get("responses").properties().forEach(response -> {
                String status = response.getKey();
                statuses.add(status);
                JsonNode content = response.getValue().path("content");
                softly.assertThat(response.getValue().path("description").asText()).as("%s %s", operation.name(), status).isNotBlank();
                if (!status.startsWith("2")) {
                    softly.assertThat(content.path("application/problem+json").path("schema").path("$ref").asText()).as("%s %s", operation.name(), status)
                            .isEqualTo("#/components/schemas/Problem");
                }
                content.forEach(media -> softly.assertThat(media.path("schema").size()).as("%s %s", operation.name(), status).isPositive());
            });
            softly.assertThat(statuses).as(operation.name()).anyMatch(status -> status.startsWith("2")).contains("400", "403", "default");
            boolean forEverybody = operation.name().contains("/problems") || operation.name().endsWith(" /");
            softly.assertThat(operation.json().path("security").size() > 0).as(operation.name()).isEqualTo(!forEverybody);
            softly.assertThat(statuses.contains("401")).as(operation.name()).isEqualTo(!forEverybody);
        }
        softly.assertAll();
    }

    @Test
    void everyReferenceLeadsSomewhereAndNoSchemaIsAnImplementations() {
        document.findValuesAsText("$ref").forEach(reference -> assertThat(document.at(reference.substring(1)).isMissingNode()).as(reference).isFalse());
        assertThat(document.at("/components/schemas").properties()).extracting(Map.Entry::getKey)
                .contains("Problem", "SubmissionRequest", "ResultView").doesNotContain("JsonNode", "RawValue", "ObjectNode");
        assertThat(document.at("/components/securitySchemes/key/scheme").asText()).isEqualTo("bearer");
    }

    @Test
    void headersAndStreamsAreDeclared() {
        JsonNode run = document.at("/paths/~1v1~1executions/post");
        assertThat(run.get("parameters").findValuesAsText("name")).contains("Prefer", "Idempotency-Key");
        assertThat(run.at("/responses/200/content").properties()).extracting(Map.Entry::getKey).contains("application/json", "text/event-stream");
        assertThat(document.at("/paths/~1v1~1executions~1batch/post/parameters").findValuesAsText("name")).contains("Idempotency-Key");
        assertThat(document.at("/paths/~1v1~1executions~1{id}~1events/get/parameters").findValuesAsText("name")).contains("Last-Event-ID");
    }
}
