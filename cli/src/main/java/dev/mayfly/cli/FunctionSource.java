package dev.mayfly.cli;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.mayfly.wire.Encoding;
import dev.mayfly.wire.Json;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// A function as it lies in files: one file with its code, or a folder with `mayfly.yaml`, which has what `PUT
/// /v1/functions/{name}` takes, and its name.
record FunctionSource(String name, ObjectNode definition) {
    private static final String DESCRIPTION = "mayfly.yaml";
    private static final String MISNAMED = "mayfly.yml";
    private static final Set<String> LEFT_OUT = Set.of("node_modules", "__pycache__");

    static FunctionSource read(Path path, Optional<String> name) throws IOException {
        return Files.isDirectory(path) ? folder(path, name) : file(path, name);
    }

    private static FunctionSource file(Path file, Optional<String> name) throws IOException {
        String fileName = file.getFileName().toString();
        ObjectNode definition = Json.STRICT.createObjectNode();
        definition.put("entrypoint", fileName);
        definition.putArray("files").add(content(fileName, file));
        return new FunctionSource(name.orElse(withoutEnding(fileName)), definition);
    }

    private static String withoutEnding(String fileName) {
        int dot = fileName.lastIndexOf('.');
        return dot > 0 ? fileName.substring(0, dot) : fileName;
    }

    private static FunctionSource folder(Path folder, Optional<String> name) throws IOException {
        Path description = folder.resolve(DESCRIPTION);
        if (!Files.exists(description) && Files.exists(folder.resolve(MISNAMED))) {
            throw new CliException(CliException.WRONG_USE, "%s must be named %s".formatted(folder.resolve(MISNAMED), DESCRIPTION));
        }
        ObjectNode definition = Files.exists(description) ? description(description) : Json.STRICT.createObjectNode();
        Optional<String> itsName = Optional.ofNullable(definition.remove("name")).map(JsonNode::asText);
        Set<Path> found = files(folder);
        if (definition.has("code") || definition.has("files")) {
            if (!found.isEmpty()) {
                throw new CliException(CliException.WRONG_USE, "%s has the program itself, and the folder has %s; remove one of them".formatted(description, found.iterator().next()));
            }
        } else {
            ArrayNode files = definition.putArray("files");
            for (Path file : found) {
                files.add(content(folder.relativize(file).toString(), file));
            }
        }
        return new FunctionSource(name.or(() -> itsName).orElse(folder.toRealPath().getFileName().toString()), definition);
    }

    private static ObjectNode description(Path file) throws IOException {
        try {
            if (new YAMLMapper().readTree(Files.readString(file, StandardCharsets.UTF_8)) instanceof ObjectNode fields) {
                return fields;
            }
        } catch (CharacterCodingException e) {
            throw new CliException(CliException.WRONG_USE, "%s is not text in UTF-8".formatted(file));
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            String where = at == null ? "" : ", line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
            throw new CliException(CliException.WRONG_USE, "%s%s is not YAML: %s".formatted(file, where, e.getOriginalMessage().lines().findFirst().orElse("")));
        }
        throw new CliException(CliException.WRONG_USE, "%s must have fields, such as runtime: python".formatted(file));
    }

    /// All of them but hidden ones, what tools put there, and the description.
    private static Set<Path> files(Path folder) throws IOException {
        Set<Path> files = new TreeSet<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path sub, BasicFileAttributes attributes) {
                return sub.equals(folder) || isPart(sub) ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (isPart(file) && attributes.isRegularFile() && !file.equals(folder.resolve(DESCRIPTION))) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return files;
    }

    private static boolean isPart(Path path) {
        String name = path.getFileName().toString();
        return !name.startsWith(".") && !LEFT_OUT.contains(name);
    }

    /// A file as requests have it.
    static ObjectNode content(String name, Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Encoding encoding = Encoding.of(bytes);
        ObjectNode json = Json.STRICT.createObjectNode().put("path", name).put("content", encoding.encode(bytes));
        return encoding == Encoding.UTF_8_TEXT ? json : json.put("encoding", encoding.wireName());
    }
}
