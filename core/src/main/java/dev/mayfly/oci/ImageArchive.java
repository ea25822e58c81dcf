package dev.mayfly.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mayfly.image.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;

/// What is in an archive of images: one that `docker save` writes, or an OCI archive
/// (https://github.com/opencontainers/image-spec/blob/main/image-layout.md).
final class ImageArchive {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> NAME_ANNOTATIONS = List.of("io.containerd.image.name", "org.opencontainers.image.ref.name");

    private ImageArchive() {}

    /// An image of an archive; its layers are the files with their changes, the lowest first.
    record Packed(List<String> names, Path config, List<Path> layers) {}

    /// All images of an archive that lies in this folder.
    static List<Packed> read(Path archive) throws IOException {
        List<Packed> images = new ArrayList<>();
        if (Files.exists(archive.resolve("manifest.json"))) {
            for (JsonNode manifest : JSON.readTree(archive.resolve("manifest.json").toFile())) {
                images.add(new Packed(texts(manifest.get("RepoTags")).stream().map(ImageArchive::withoutDefaultRegistry).distinct().toList(), inside(archive, manifest.get("Config").asText()),
                        texts(manifest.get("Layers")).stream().map(layer -> inside(archive, layer)).toList()));
            }
        } else if (Files.exists(archive.resolve("index.json"))) {
            for (JsonNode entry : JSON.readTree(archive.resolve("index.json").toFile()).path("manifests")) {
                JsonNode manifest = manifest(archive, entry);
                List<Path> layers = StreamSupport.stream(manifest.path("layers").spliterator(), false).map(layer -> blob(archive, layer)).toList();
                images.add(new Packed(nameOf(entry), blob(archive, manifest.path("config")), layers));
            }
        } else {
            throw new IOException("not an image archive: it has neither a manifest.json nor an index.json");
        }
        return images;
    }

    /// Of an image, or of the one for this machine where there are several.
    private static JsonNode manifest(Path archive, JsonNode descriptor) throws IOException {
        JsonNode manifest = JSON.readTree(blob(archive, descriptor).toFile());
        if (!manifest.has("manifests")) {
            return manifest;
        }
        return manifest(archive, Platform.choose(manifest.path("manifests")).orElseThrow(() -> Platform.missing(nameOf(descriptor))));
    }

    private static List<String> nameOf(JsonNode entry) {
        return NAME_ANNOTATIONS.stream().map(key -> entry.path("annotations").path(key).asText()).filter(name -> !name.isEmpty())
                .map(ImageArchive::withoutDefaultRegistry).limit(1).toList();
    }

    /// Buildah and Podman write it out, Docker does not.
    private static String withoutDefaultRegistry(String name) {
        return name.replaceFirst("^(docker\\.io|localhost)/", "");
    }

    private static Path blob(Path archive, JsonNode descriptor) {
        return inside(archive, "blobs/" + descriptor.path("digest").asText().replace(':', '/'));
    }

    private static Path inside(Path archive, String name) {
        Path path = archive.resolve(name).normalize();
        if (!path.startsWith(archive)) {
            throw new IllegalArgumentException("the archive names a file outside of it: " + name);
        }
        return path;
    }

    static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
    }

    /// A layer's content.
    static InputStream decompressed(InputStream file) throws IOException {
        file.mark(4);
        byte[] magic = file.readNBytes(4);
        file.reset();
        if (magic.length >= 2 && magic[0] == 0x1f && (magic[1] & 0xff) == 0x8b) {
            return new GZIPInputStream(file);
        }
        if (magic.length == 4 && magic[0] == 0x28 && (magic[1] & 0xff) == 0xb5) {
            throw new IOException("a layer is compressed with zstd; only gzip is supported");
        }
        return file;
    }
}
