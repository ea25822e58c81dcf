package dev.mayfly.oci;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/// Takes away images, and the layers that only they had.
record UnusedImages(Path records, Path layers) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// @param ids of the images that go
    void remove(Set<String> ids) throws IOException {
        Set<String> unused = new HashSet<>();
        Set<String> used = new HashSet<>(Set.of(ImageStore.EMPTY_LAYER));
        for (Path file : Folders.below(records)) {
            Image image = JSON.readValue(file.toFile(), Image.class);
            boolean goes = ids.contains(image.id());
            (goes ? unused : used).addAll(image.layers());
            if (goes) {
                Files.delete(file);
            }
        }
        unused.removeAll(used);
        for (String layer : unused) {
            Folders.delete(layers.resolve(layer));
        }
    }
}
