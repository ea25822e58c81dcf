package dev.mayfly.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.execution.RejectedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each door learns what it can do about a field that is not for it.
class SubmissionReaderTest {
    @Test
    void webhookOfARecordIsRejectedInWordsOfItsDoor() {
        byte[] json = "{\"id\": \"a\", \"code\": \"1\", \"webhook\": {\"url\": \"https://example.org/\"}}".getBytes(UTF_8);
        assertThatThrownBy(() -> SubmissionReader.readBulk(json, FunctionLookup.NONE)).isInstanceOfSatisfying(RejectedException.class, e -> {
            assertThat(e.field()).contains("webhook");
            assertThat(e.detail()).contains("topic").doesNotContain("Prefer");
        });
    }

    @Test
    void webhookOfOneWhoWaitsIsRejectedWithTheWayToHaveIt() {
        byte[] json = "{\"code\": \"1\", \"webhook\": {\"url\": \"https://example.org/\"}}".getBytes(UTF_8);
        assertThatThrownBy(() -> SubmissionReader.read(json, new Requester("id", "acme"))).hasMessageContaining("Prefer: respond-async");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{\"code\": 1} | code must be text",
        "{\"args\": \"a\"} | args must be a list",
        "{\"env\": [1]} | env must be a JSON object",
        "{\"display\": \"yes\"} | display must be true or false",
        "{\"limits\": {\"cpus\": \"many\"}} | limits.cpus must be a number",
        "{\"limits\": 1} | limits must be a JSON object",
        "{\"webhook\": \"http://x\"} | webhook must be a JSON object",
        "{\"files\": [{\"path\": {}}]} | files[0].path must be text",
    })
    void wrongTypeIsSaidInPlainWords(String json, String words) {
        assertThatThrownBy(() -> AsyncSubmission.read(json.getBytes(UTF_8), "id", "tenant")).isInstanceOf(RejectedException.class).hasMessage(words);
    }
}
