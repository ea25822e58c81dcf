package dev.mayfly.async;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A result as the store has it: in the last event the fields that the first releases read, who read strictly, and
/// apart from it what has been added since. So such a release, which may run beside this one or after it, can answer
/// for what this one has run.
///
/// @param event the last one, without what was added
/// @param more what was added; empty where nothing was
/// @param outcome all of the outcome
record StoredResult(EventLine event, Optional<String> more, String outcome) {
    /// Of the result, and of the objects within it whose fields are fixed. Never to be added to.
    private static final Map<String, Set<String>> FIRST = Map.of(
            "", Set.of("id", "runtime", "state", "outcome", "stdout", "stderr", "encoding", "stdoutBytes", "stderrBytes", "truncated", "files", "filesSkipped",
                    "usage", "timing", "sandbox"),
            "usage", Set.of("wallMs", "cpuUserMs", "cpuSystemMs", "peakMemoryBytes", "peakPids"),
            "timing", Set.of("queuePosition", "queuedMs", "leaseMs", "runMs", "drainMs", "totalMs"),
            "sandbox", Set.of("start", "coldReason", "engine", "containerId", "imageDigest", "limits"));

    static StoredResult of(EventLine last) {
        try {
            var all = (ObjectNode) StoredSubmission.LENIENT.readTree(last.data());
            String outcome = storable(all.path("outcome"));
            ObjectNode more = added(all, "");
            for (String name : FIRST.keySet()) {
                if (all.get(name) instanceof ObjectNode part) {
                    ObjectNode its = added(part, name);
                    if (!its.isEmpty()) {
                        more.set(name, its);
                    }
                }
            }
            return more.isEmpty()
                    ? new StoredResult(last, Optional.empty(), outcome)
                    : new StoredResult(new EventLine(last.id(), last.name(), all.toString()), Optional.of(storable(more)), outcome);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Taken out of it.
    private static ObjectNode added(ObjectNode part, String name) {
        ObjectNode added = part.objectNode();
        Set<String> first = FIRST.getOrDefault(name, Set.of());
        for (var field : List.copyOf(part.properties())) {
            if (!first.contains(field.getKey())) {
                added.set(field.getKey(), field.getValue());
                part.remove(field.getKey());
            }
        }
        return added;
    }

    /// Of an outcome as `of` has it; -1 where it has none.
    static int exitCode(String outcome) {
        try {
            return StoredSubmission.LENIENT.readTree(outcome).path("exitCode").asInt(-1);
        } catch (JsonProcessingException e) {
            return -1; // of another release
        }
    }

    /// Half a character, which a database does not take, becomes a question mark.
    private static String storable(JsonNode json) {
        return new String(json.toString().getBytes(UTF_8), UTF_8);
    }

    /// The event as it was before `of`.
    static EventLine whole(EventLine last, String more) {
        try {
            JsonNode all = StoredSubmission.LENIENT.readTree(last.data());
            return new EventLine(last.id(), last.name(), StoredSubmission.LENIENT.readerForUpdating(all).readTree(more).toString());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
