package dev.mayfly.build;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// How runtimes are built here.
///
/// @param program what builds an image: `runtimes/package`
/// @param environment what it needs to know beside its words: the engine, the folder of images
/// @param network whether a build may use the host's network
/// @param pipIndex where pip looks instead of https://pypi.org/simple
/// @param npmRegistry where npm looks instead of https://registry.npmjs.org
/// @param time that a build may take
/// @param memoryMib that its processes may have
/// @param diskMib that it may write, all in all
/// @param dockerfiles whether others than this host's operator may have theirs built, which runs as root
public record BuildSettings(
        Path program, Map<String, String> environment, boolean network, Optional<String> pipIndex, Optional<String> npmRegistry, Duration time, long memoryMib, long diskMib, boolean dockerfiles) {
    public static final Duration TIME = Duration.ofMinutes(15);
    public static final long MEMORY_MIB = 2048;
    public static final long DISK_MIB = 4096;

    public BuildSettings {
        environment = Map.copyOf(environment);
    }
}
