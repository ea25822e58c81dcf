package dev.mayfly.sandbox;

import java.util.List;
import java.util.Map;

/// What a box is made from; equal specs are interchangeable, so this is the pool's key.
///
/// @param runtime the runtime's name and version, for labels and metrics
/// @param image the image's immutable id, so that a rebuilt image is another spec
/// @param warmCommand starts the interpreter that waits for the job; empty when the runtime has none
/// @param snapshot whether further interpreters may be made of one that waits, as it was then
/// @param limits what the box is created with
/// @param engineRuntime the engine's OCI runtime (`runsc`), or empty for its default
public record SandboxSpec(String runtime, String image, List<String> warmCommand, boolean snapshot, Limits limits, String engineRuntime) {
    public SandboxSpec {
        warmCommand = List.copyOf(warmCommand);
    }

    public SandboxSpec withLimits(Map<LimitAxis, Long> changes) {
        return new SandboxSpec(runtime, image, warmCommand, snapshot, limits.with(changes), engineRuntime);
    }
}
