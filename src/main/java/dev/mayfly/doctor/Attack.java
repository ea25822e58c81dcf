package dev.mayfly.doctor;

import dev.mayfly.sandbox.LimitAxis;
import java.util.List;
import java.util.Map;

/// One program that tries to get through a wall. One that gets through prints a line that begins with `BREACH`.
///
/// @param runtime the language's name: `python`
/// @param name the file's name without its outcome and ending
/// @param aim what it tries, in one sentence
/// @param outcome what it must get: `exited-0`, `timed_out-cpu_time`, `out_of_memory`, …
/// @param underGvisor the same on gVisor, whose kernel is another one; usually equal, and `not-held` for a wall that gVisor is known not to have
/// @param outputs patterns of the files to bring back
/// @param bringsBack paths of the files that come back, and no others
public record Attack(
        String runtime,
        Wall wall,
        String name,
        String aim,
        String code,
        Map<LimitAxis, Long> limits,
        String outcome,
        String underGvisor,
        List<String> outputs,
        List<String> bringsBack) {
    static final String BREACH = "BREACH";
    static final String NOT_HELD = "not-held";

    public Attack {
        limits = Map.copyOf(limits);
        outputs = List.copyOf(outputs);
        bringsBack = List.copyOf(bringsBack);
    }

    /// `python/escape/unshare`
    public String id() {
        return "%s/%s/%s".formatted(runtime, wall.folder(), name);
    }

    @Override
    public String toString() {
        return id();
    }
}
