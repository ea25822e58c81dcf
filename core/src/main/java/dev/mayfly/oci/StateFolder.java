package dev.mayfly.oci;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/// Where one instance keeps what belongs to its sandboxes.
record StateFolder(Path path) {
    /// Plans hold an image's variables, snapshots an interpreter's memory.
    void make() throws IOException {
        Path all = Objects.requireNonNull(path.getParent());
        Folders.letPass(Objects.requireNonNull(all.getParent()));
        Folders.makePassable(all);
        Folders.makePassable(path);
        Folders.makePassable(root());
        for (Path folder : List.of(sandboxes(), records())) {
            Folders.makePrivate(folder);
        }
    }

    /// Where every sandbox finds its root file system mounted, and nobody else does.
    Path root() {
        return path.resolve("root");
    }

    /// A folder for each sandbox.
    Path sandboxes() {
        return path.resolve("sandboxes");
    }

    /// An OCI runtime's own records.
    Path records() {
        return path.resolve("state");
    }

    /// Layers with snapshots of interpreters.
    Path snapshots() {
        return path.resolve("snapshots");
    }

    /// The system calls that a sandbox may make, as seccomp(2) takes it.
    Path filter() {
        return path.resolve("filter");
    }
}
