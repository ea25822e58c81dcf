package dev.mayfly.function;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import com.github.difflib.algorithm.myers.MyersDiffWithLinearSpace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// One field in which two versions of a function differ.
///
/// @param field `code`, `files/PATH`, `env.NAME`, `limits.memoryBytes`, `description`, …
/// @param from missing where it was added, or where `diff` says it
/// @param to missing where it was removed, or where `diff` says it
/// @param diff of text, as `diff -u` has it; missing where it is too long
public record FieldDifference(String field, Kind kind, Optional<JsonNode> from, Optional<JsonNode> to, Optional<String> diff) {
    /// What costs more to compare is reported without its lines.
    private static final int MAX_LINES = 4000;

    private static final int CONTEXT_LINES = 3;
    private static final String UNENDED = "\n\\ No newline at end of file";
    private static final int HEADER_LINES = 2;
    private static final Set<String> MAPS = Set.of("env", "limits", "labels", "webhook");
    private static final Set<String> TEXTS = Set.of("code", "stdin");

    public enum Kind {
        ADDED,
        REMOVED,
        CHANGED
    }

    /// @param text whether its lines are compared
    private record Value(JsonNode json, boolean text) {}

    static List<FieldDifference> between(ObjectNode from, ObjectNode to) {
        Map<String, Value> before = flat(from);
        Map<String, Value> after = flat(to);
        Set<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        List<FieldDifference> differences = new ArrayList<>();
        for (String name : names) {
            Optional<Value> old = Optional.ofNullable(before.get(name));
            Optional<Value> now = Optional.ofNullable(after.get(name));
            if (!old.map(Value::json).equals(now.map(Value::json))) {
                differences.add(between(name, old, now));
            }
        }
        return differences;
    }

    private static FieldDifference between(String name, Optional<Value> from, Optional<Value> to) {
        Kind kind = from.isEmpty() ? Kind.ADDED : to.isEmpty() ? Kind.REMOVED : Kind.CHANGED;
        boolean text = from.or(() -> to).orElseThrow().text() && to.or(() -> from).orElseThrow().text();
        return text
                ? new FieldDifference(name, kind, Optional.empty(), Optional.empty(), diff(name, lines(from), lines(to)))
                : new FieldDifference(name, kind, from.map(Value::json).filter(json -> !isFile(name)), to.map(Value::json).filter(json -> !isFile(name)), Optional.empty());
    }

    private static List<String> lines(Optional<Value> text) {
        if (text.isEmpty()) {
            return List.of();
        }
        List<String> lines = new ArrayList<>(List.of(text.get().json().textValue().split("\n", -1)));
        String rest = lines.removeLast();
        if (!rest.isEmpty()) {
            lines.add(rest + UNENDED);
        }
        return lines;
    }

    private static Optional<String> diff(String name, List<String> from, List<String> to) {
        if (from.size() + to.size() > MAX_LINES) {
            return Optional.empty();
        }
        var patch = DiffUtils.diff(from, to, MyersDiffWithLinearSpace.factory().create());
        List<String> lines = UnifiedDiffUtils.generateUnifiedDiff(name, name, from, patch, CONTEXT_LINES);
        return lines.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", removalsFirst(lines)) + "\n");
    }

    /// As `diff -u` orders the lines between two that are the same.
    private static List<String> removalsFirst(List<String> lines) {
        List<String> ordered = new ArrayList<>(lines.subList(0, HEADER_LINES));
        List<String> added = new ArrayList<>();
        for (String line : lines.subList(HEADER_LINES, lines.size())) {
            if (line.startsWith("+")) {
                added.add(line);
                continue;
            }
            if (!line.startsWith("-")) {
                ordered.addAll(added);
                added.clear();
            }
            ordered.add(line);
        }
        ordered.addAll(added);
        return ordered;
    }

    private static boolean isFile(String name) {
        return name.startsWith("files/");
    }

    private static Map<String, Value> flat(ObjectNode definition) {
        Map<String, Value> values = new LinkedHashMap<>();
        for (var field : definition.properties()) {
            String name = field.getKey();
            if (MAPS.contains(name) && field.getValue() instanceof ObjectNode entries) {
                entries.properties().forEach(entry -> values.put(name + "." + entry.getKey(), new Value(entry.getValue(), false)));
            } else if (name.equals("files") && field.getValue() instanceof ArrayNode files) {
                files.forEach(file -> values.put("files/" + file.path("path").asText(), file(file)));
            } else {
                values.put(name, new Value(field.getValue(), TEXTS.contains(name)));
            }
        }
        return values;
    }

    private static Value file(JsonNode file) {
        boolean text = !file.path("encoding").asText("utf-8").equals("base64");
        return new Value(text ? file.path("content") : file, text);
    }
}
