package dev.mayfly.load;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The programs of `loadtest/corpus`, each with what the plain interpreter makes of it.
public record Corpus(List<Entry> programs) {
    private static final Path FOLDER = Path.of("loadtest/corpus");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectWriter PRETTY = JSON.writer(new DefaultPrettyPrinter(
            Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER)).withArrayIndenter(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE));

    /// What a program gives.
    public record Result(int exitCode, String stdout, String stderr) {}

    /// @param name `python/parse-csv-totals`
    public record Entry(String name, ObjectNode submission, JsonNode expected) {
        public String language() {
            return name.substring(0, name.indexOf('/'));
        }

        public Result result() {
            return JSON.convertValue(expected, Result.class);
        }

        /// The submission as a submission of its own.
        public String submission(String id) {
            return submission.deepCopy().put("id", id).toString();
        }

        /// What differs between a result and what is expected; empty when it is right.
        public Optional<String> wrong(JsonNode result) {
            JsonNode exit = result.path("outcome").path("exitCode");
            boolean same = exit.equals(expected.path("exitCode"))
                    && text(result, "stdout").equals(expected.path("stdout").asText())
                    && text(result, "stderr").equals(expected.path("stderr").asText());
            return same ? Optional.empty() : Optional.of("%s: expected %s but was %s".formatted(name, expected, result));
        }

        private static String text(JsonNode result, String stream) {
            String data = result.path(stream).asText();
            return result.path("encoding").asText().equals("base64") ? new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8) : data;
        }
    }

    public static Corpus read() throws IOException {
        try (Stream<Path> files = Files.walk(FOLDER)) {
            return new Corpus(files.filter(file -> file.toString().endsWith(".json")).sorted()
                    .map(file -> read(FOLDER.relativize(file).toString().replaceFirst("\\.json$", ""))).toList());
        }
    }

    public static Entry read(String name) {
        try {
            JsonNode tree = JSON.readTree(file(name).toFile());
            return new Entry(name, (ObjectNode) tree.get("submission"), tree.get("expected"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// From now on this is what is expected of it.
    static void record(Entry entry, Result result) throws IOException {
        ObjectNode tree = JSON.createObjectNode();
        tree.set("submission", entry.submission());
        tree.set("expected", JSON.valueToTree(result));
        Files.writeString(file(entry.name()), PRETTY.writeValueAsString(tree) + "\n");
    }

    private static Path file(String name) {
        return FOLDER.resolve(name + ".json");
    }
}
