package dev.mayfly.sandbox;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a sandbox is made from; equal specs are interchangeable, so this is the pool's key.
///
/// @param runtime the runtime's name and version, for labels and metrics
/// @param image the image's immutable id, so that a rebuilt image is another spec
/// @param warmCommand starts the interpreter that waits for the program; empty when the runtime has none
/// @param rehearsal where further interpreters may be restored from a snapshot of one that waits: the program that a
///     first one must run well; what it touches in memory, they touch before they wait
/// @param limits what the sandbox is created with
/// @param ociRuntime the engine's OCI runtime (`runsc`), or empty for its default
public record SandboxSpec(String runtime, String image, List<String> warmCommand, Optional<Rehearsal> rehearsal, Limits limits, String ociRuntime) {
    public SandboxSpec {
        warmCommand = List.copyOf(warmCommand);
    }

    /// A small program of the language that ends with 0.
    public record Rehearsal(String entrypoint, String code) {}

    public SandboxSpec withLimits(Map<LimitAxis, Long> changes) {
        return new SandboxSpec(runtime, image, warmCommand, rehearsal, limits.with(changes), ociRuntime);
    }
}
