package dev.mayfly.http.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Progress rises, comes at a bounded rate, and loses nothing that fits.
class PacedProgressTest {
    private final List<JsonNode> sent = new ArrayList<>();
    private long now;
    private final PacedProgress progress = new PacedProgress(new TextNode("token"), (name, sequence, data) -> sent.add(((JsonNode) data).path("params")), () -> now);

    private List<String> messages() {
        return sent.stream().map(params -> params.path("message").asText()).toList();
    }

    @Test
    void atMostTenGoOutInASecondAndTheRestGoesOutTogether() throws Exception {
        for (int i = 0; i < 13; i++) {
            progress.say(i + " ");
        }
        assertThat(sent).hasSize(10);
        now += Duration.ofSeconds(1).toNanos();
        progress.say("13 ");
        assertThat(messages()).last().isEqualTo("10 11 12 13 ");
    }

    @Test
    void itRisesAndCarriesTheToken() throws Exception {
        progress.say("a");
        progress.say("b");
        assertThat(sent).extracting(params -> params.path("progress").asInt()).containsExactly(1, 2);
        assertThat(sent).allMatch(params -> params.path("progressToken").asText().equals("token"));
    }

    @Test
    void whatWaitsGoesOutAtTheEndOnce() throws Exception {
        for (int i = 0; i < 11; i++) {
            progress.say(i + " ");
        }
        progress.end();
        progress.end();
        assertThat(messages()).hasSize(11).last().isEqualTo("10 ");
    }

    @Test
    void ofMuchTheEndGoesOut() throws Exception {
        progress.say("x".repeat(5000) + "end");
        assertThat(messages()).singleElement().asString().hasSize(2000).endsWith("xend");
    }
}
