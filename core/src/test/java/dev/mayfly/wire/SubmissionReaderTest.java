package dev.mayfly.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.execution.RejectedException;
import org.junit.jupiter.api.Test;

/// Each door is told what it can do about a field that is not for it.
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
}
