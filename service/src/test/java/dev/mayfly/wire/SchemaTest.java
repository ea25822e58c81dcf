package dev.mayfly.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.load.Corpus;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.testing.Schemas;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The published schemas and the AsyncAPI document say what the code does.
class SchemaTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static Set<String> components(Class<?> type, String... more) {
        return Stream.concat(Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName), Stream.of(more)).collect(Collectors.toSet());
    }

    private static Set<String> properties(JsonNode schema) {
        Set<String> names = new HashSet<>();
        schema.path("properties").fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static JsonNode schema(String name) throws Exception {
        return JSON.readTree(Schemas.FOLDER.resolve(name).toFile());
    }

    @Test
    void submissionSchemaHasTheFieldsOfASubmission() throws Exception {
        JsonNode schema = schema("submission.schema.json");
        Set<String> inBulk = components(SubmissionRequest.class, "id", "tenant");
        inBulk.remove("webhook");
        assertThat(properties(schema)).isEqualTo(inBulk);
        JsonNode fields = schema.path("properties");
        assertThat(properties(fields.path("files").path("items"))).isEqualTo(components(SubmissionRequest.FileContent.class));
        assertThat(properties(fields.path("cases").path("items"))).isEqualTo(components(SubmissionRequest.CaseRequest.class));
        assertThat(properties(fields.path("limits")))
                .isEqualTo(Arrays.stream(LimitAxis.values()).map(LimitAxis::wireName).collect(Collectors.toSet()));
    }

    @Test
    void resultSchemaHasTheFieldsOfAResult() throws Exception {
        JsonNode schema = schema("result.schema.json");
        assertThat(properties(schema)).isEqualTo(components(ResultView.class));
        JsonNode fields = schema.path("properties");
        assertThat(properties(fields.path("cases").path("items"))).isEqualTo(components(CaseView.class));
        assertThat(properties(fields.path("compile"))).isEqualTo(components(CompileView.class));
        assertThat(properties(schema.path("$defs").path("usage"))).isEqualTo(components(ResultView.UsageView.class));
        assertThat(properties(fields.path("timing"))).isEqualTo(components(ResultView.TimingView.class));
        assertThat(properties(fields.path("sandbox"))).isEqualTo(components(ResultView.SandboxView.class));
        assertThat(properties(fields.path("files").path("items"))).isEqualTo(components(ResultView.FileView.class));
        assertThat(properties(fields.path("filesSkipped").path("items"))).isEqualTo(components(ResultView.SkippedView.class));
    }

    @Test
    void everyProgramOfTheCorpusIsValidAndIsRead() throws Exception {
        for (Corpus.Entry program : Corpus.read().programs()) {
            String submission = program.submission("x");
            assertThat(Schemas.errors(Schemas.SUBMISSION, submission)).as(program.name()).isEmpty();
            assertThat(SubmissionReader.readBulk(submission.getBytes(StandardCharsets.UTF_8), FunctionLookup.ANY).id()).isEqualTo("x");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "[]",
        "{\"runtime\":\"python\",\"code\":\"1\"}",
        "{\"id\":\"\",\"code\":\"1\"}",
        "{\"id\":\"a b\",\"code\":\"1\"}",
        "{\"id\":7,\"code\":\"1\"}",
        "{\"id\":\"x\",\"tenant\":\"\\n\",\"code\":\"1\"}",
        "{\"id\":\"x\",\"code\":5}",
        "{\"id\":\"x\",\"code\":\"1\",\"sudo\":true}",
        "{\"id\":\"x\",\"code\":\"1\",\"limits\":{\"gpus\":1}}",
        "{\"id\":\"x\",\"code\":\"1\",\"args\":[null]}",
        "{\"id\":\"x\",\"code\":\"1\",\"env\":{\"A\":1}}",
        "{\"id\":\"x\",\"files\":[{\"path\":\"a\"}]}",
        "{\"id\":\"x\",\"files\":[{\"path\":\"a\",\"content\":\"\",\"encoding\":\"rot13\"}]}"
    })
    void whatTheSchemaForbidsIsRefused(String json) {
        assertThat(Schemas.errors(Schemas.SUBMISSION, json)).isNotEmpty();
        assertThatThrownBy(() -> SubmissionReader.readBulk(json.getBytes(StandardCharsets.UTF_8), FunctionLookup.ANY)).isInstanceOf(RejectedException.class);
    }

    @Test
    void asyncApiNamesTheTopicsAndRefersToWhatIsThere() throws Exception {
        JsonNode document = new ObjectMapper(new YAMLFactory()).readTree(Schemas.FOLDER.resolve("asyncapi.yaml").toFile());
        var topics = new Topics("mayfly");
        assertThat(document.path("channels").findValuesAsText("address"))
                .containsExactly(topics.submissions(), topics.outcomes(), topics.deadLetters());
        List<String> references = document.findValuesAsText("$ref");
        assertThat(references).hasSizeGreaterThanOrEqualTo(8).allSatisfy(reference -> {
            if (reference.startsWith("#")) {
                assertThat(document.at(reference.substring(1)).isMissingNode()).as(reference).isFalse();
            } else {
                assertThat(Files.exists(Schemas.FOLDER.resolve(reference))).as(reference).isTrue();
            }
        });
    }
}
