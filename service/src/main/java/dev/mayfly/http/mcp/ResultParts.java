package dev.mayfly.http.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.wire.Encoding;
import dev.mayfly.wire.Json;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// A result in the making, as a model gets it: text that is not too long, images to look at, and the rest by address.
final class ResultParts {
    /// What models take of one image, in base 64, is 5 MB.
    private static final int LARGEST_IMAGE_BYTES = 3_750_000;

    private final KeptFiles kept;
    private final ToolCall call;
    private final String id;
    private final ObjectNode structured = Json.STRICT.createObjectNode();
    private final List<ObjectNode> blocks = new ArrayList<>();

    /// @param id of what ran, under which the rest is found
    ResultParts(KeptFiles kept, ToolCall call, String id) {
        this.kept = kept;
        this.call = call;
        this.id = id;
    }

    ObjectNode structured() {
        return structured;
    }

    ToolResult result() {
        return new ToolResult(structured, blocks);
    }

    void output(String name, byte[] bytes) {
        Clipped clipped = Clipped.of(new String(bytes, UTF_8));
        structured.put(name, clipped.text());
        if (clipped.leftOut() > 0 || Encoding.of(bytes) == Encoding.BASE64) {
            keep(name, bytes).ifPresent(uri -> structured.put(name + "Uri", uri));
        }
    }

    /// Describes it; where it is an image, it is shown.
    ObjectNode file(String path, byte[] content) {
        ObjectNode view = Json.STRICT.createObjectNode().put("path", path).put("sizeBytes", content.length);
        Optional<String> image = MimeTypes.image(path);
        if (image.isPresent() && content.length <= LARGEST_IMAGE_BYTES) {
            image(image.get(), Base64.getEncoder().encodeToString(content));
        } else {
            keep("files/" + path, content).ifPresent(uri -> view.put("uri", uri));
        }
        return view;
    }

    /// Whether it is one that a model can take.
    static boolean isImage(String data) {
        try {
            return data.length() <= LARGEST_IMAGE_BYTES / 3 * 4 && Base64.getDecoder().decode(data).length > 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /// @param data in base 64
    void image(String mimeType, String data) {
        blocks.add(Json.STRICT.createObjectNode().put("type", "image").put("mimeType", mimeType).put("data", data));
    }

    /// The address, and a link to it among the blocks.
    private Optional<String> keep(String part, byte[] content) {
        String uri = Resources.uri(id, part);
        if (!kept.keep(call.tenant(), uri, content)) {
            blocks.add(ToolResult.text("%s is too large to be kept for resources/read: %d bytes".formatted(part, content.length)));
            return Optional.empty();
        }
        blocks.add(call.version().hasLinks()
                ? Json.STRICT.createObjectNode().put("type", "resource_link").put("uri", uri).put("name", part).put("mimeType", MimeTypes.of(part, content)).put("size", content.length)
                : ToolResult.text("%s: %s".formatted(part, uri)));
        return Optional.of(uri);
    }
}
