package dev.mayfly.http.mcp;

import dev.mayfly.wire.Encoding;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Of files, by their names.
final class MimeTypes {
    private static final Map<String, String> IMAGES = Map.of("png", "image/png", "jpg", "image/jpeg", "jpeg", "image/jpeg", "gif", "image/gif", "webp", "image/webp");
    private static final Map<String, String> OTHERS = Map.of("csv", "text/csv", "html", "text/html", "json", "application/json", "md", "text/markdown",
            "pdf", "application/pdf", "svg", "image/svg+xml", "xml", "application/xml", "zip", "application/zip");

    private MimeTypes() {}

    /// Of what a model can look at.
    static Optional<String> image(String path) {
        return Optional.ofNullable(IMAGES.get(ending(path)));
    }

    static String of(String path, byte[] content) {
        return image(path).or(() -> Optional.ofNullable(OTHERS.get(ending(path))))
                .orElseGet(() -> Encoding.of(content) == Encoding.UTF_8_TEXT ? "text/plain" : "application/octet-stream");
    }

    private static String ending(String path) {
        return path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }
}
