package dev.mayfly.oci;

import java.nio.file.Path;
import java.util.List;

/// A sandbox's read-only root file system, which it alone has mounted.
///
/// @param place where
/// @param folder with the layers
/// @param firstUser the host's user whom its files and its root are, the first of a range; or `HostUsers.SHARED`
/// @param layers names in it or absolute paths, the topmost first
record RootFiles(long firstUser, Path place, Path folder, List<String> layers) {
    String overlay() {
        return String.join(":", layers);
    }
}
