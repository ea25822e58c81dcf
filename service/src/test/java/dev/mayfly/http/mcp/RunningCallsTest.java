package dev.mayfly.http.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.mayfly.execution.Cancellation;
import dev.mayfly.sandbox.Outcome;
import org.junit.jupiter.api.Test;

/// A client takes back a call by its id, where that can mean one call only.
class RunningCallsTest {
    private final RunningCalls running = new RunningCalls();
    private final Cancellation first = new Cancellation(new Thread());
    private final Cancellation second = new Cancellation(new Thread());

    @Test
    void callIsCancelledByItsTenantAndId() {
        running.enter("a", new IntNode(1), first);
        running.cancel("b", new IntNode(1));
        running.cancel("a", new TextNode("1"));
        assertThat(first.by()).isEmpty();
        running.cancel("a", new IntNode(1));
        assertThat(first.by()).contains(Outcome.By.CLIENT);
    }

    @Test
    void ofTwoWithOneIdNoneIsCancelled() {
        running.enter("a", new IntNode(1), first);
        try (var _ = running.enter("a", new IntNode(1), second)) {
            running.cancel("a", new IntNode(1));
            assertThat(first.by()).isEmpty();
            assertThat(second.by()).isEmpty();
        }
        running.cancel("a", new IntNode(1));
        assertThat(first.by()).isPresent();
    }
}
