package dev.mayfly.oci;

import java.nio.file.Path;
import java.util.List;

/// A box's read-only root file system, which it alone has mounted.
///
/// @param place where
/// @param folder with the layers
/// @param layers names in it or absolute paths, the topmost first
record RootFiles(Path place, Path folder, List<String> layers) {
    String overlay() {
        return String.join(":", layers);
    }
}
