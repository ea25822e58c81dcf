package dev.mayfly.oci;

import java.nio.file.Path;

/// Where one instance keeps what belongs to its boxes.
record StateFolder(Path path) {
    /// Where every box finds its root file system mounted, and nobody else does.
    Path root() {
        return path.resolve("root");
    }

    /// A folder for each box.
    Path boxes() {
        return path.resolve("boxes");
    }

    /// An OCI runtime's own records.
    Path records() {
        return path.resolve("state");
    }

    /// Layers with snapshots of interpreters.
    Path snapshots() {
        return path.resolve("snapshots");
    }

    /// The system calls that a box may make, as seccomp(2) takes it.
    Path filter() {
        return path.resolve("filter");
    }
}
