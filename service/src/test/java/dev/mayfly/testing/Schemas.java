package dev.mayfly.testing;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The published schemas.
public final class Schemas {
    public static final Path FOLDER = Path.of("core/src/main/resources/META-INF/resources/schema");
    public static final Schema SUBMISSION = read("submission.schema.json");
    public static final Schema RESULT = read("result.schema.json");

    private Schemas() {}

    private static Schema read(String name) {
        try {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(Files.readString(FOLDER.resolve(name)), InputFormat.JSON);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /// What is wrong with it, in words; empty when nothing is.
    public static List<String> errors(Schema schema, String json) {
        return schema.validate(json, InputFormat.JSON).stream().map(Error::toString).toList();
    }
}
