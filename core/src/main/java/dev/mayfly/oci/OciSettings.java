package dev.mayfly.oci;

import dev.mayfly.image.RegistrySettings;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// How sandboxes are made without a container engine.
///
/// @param runtime `built-in` or empty for the keeper itself, else an OCI runtime's name or path
/// @param keeper the program that makes sandboxes, or runs what does
/// @param images where images are unpacked, see `ImageStore`
/// @param bundledImages an unpacked archive of images, see `BundledImages`
/// @param state one folder in it for each living instance; only those who share it, and the locks beside it, see each
///     other's sandboxes
/// @param callTimeout bound on every call to the runtime
/// @param readyTimeout bound from a sandbox's start to its interpreter's word that it waits
/// @param users the host's, of which each sandbox has some of its own
/// @param snapshots whether interpreters are made of one that was written down, where that is possible
/// @param registries from which images may be pulled
@RecordBuilder
@RecordBuilder.Options(builderMode = RecordBuilder.BuilderMode.STAGED)
public record OciSettings(String runtime, Path keeper, Path images, Optional<Path> bundledImages, Path state, Duration callTimeout, Duration readyTimeout, UserRange users, boolean snapshots,
        RegistrySettings registries) {
    public static final Path IMAGES = Path.of("/var/lib/mayfly/images");
}
