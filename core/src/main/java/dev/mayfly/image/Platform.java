package dev.mayfly.image;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.StreamSupport;

/// The machine for which an image must be.
public final class Platform {
    private static final String ARCHITECTURE = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";

    private Platform() {}

    /// The image for this machine, of several.
    ///
    /// @param manifests the field of that name of an image index
    public static Optional<JsonNode> choose(JsonNode manifests) {
        return StreamSupport.stream(manifests.spliterator(), false)
                .filter(each -> each.at("/platform/os").asText().equals("linux") && each.at("/platform/architecture").asText().equals(ARCHITECTURE))
                .findFirst();
    }

    public static IOException missing(Object image) {
        return new IOException("the image %s must be for linux/%s".formatted(image, ARCHITECTURE));
    }
}
