package dev.mayfly.session;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mayfly.sandbox.OutputChunk;
import java.util.Map;

/// What a cell or a command reports while it runs.
public sealed interface SessionEvent {
    /// What it takes of the output that it may write.
    long bytes();

    /// As far as it is written and has no bytes of its own.
    int LEAST_BYTES = 64;

    record Output(OutputChunk.Stream stream, byte[] content) implements SessionEvent {
        @Override
        public long bytes() {
            return content.length;
        }
    }

    /// Something that a cell shows, by media types: `text/plain` and others, images as base 64.
    record Display(Map<String, JsonNode> data, long bytes) implements SessionEvent {}

    /// The value of a cell's last expression, as `Display` has it.
    record Result(Map<String, JsonNode> data, long bytes) implements SessionEvent {}

    /// What ended a cell early.
    ///
    /// @param trace as the language prints it, without frames of ours
    record Raised(String name, String message, String trace) implements SessionEvent {
        @Override
        public long bytes() {
            return LEAST_BYTES + (long) name.length() + message.length() + trace.length();
        }
    }
}
