package dev.mayfly.doctor;

import dev.mayfly.sandbox.LimitAxis;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// One program that tries to break out of what confines it. One that succeeds prints a line that begins with `BREACH`.
///
/// @param runtime the language's name: `python`
/// @param name the file's name without its outcome and ending
/// @param aim what it tries, in one sentence
/// @param outcome what it must get: `exited-0`, `timed_out-cpu_time`, `out_of_memory`, …
/// @param elsewhere the same where it is another one, by what is peculiar there: `runsc` (gVisor, whose kernel is its
///     own), `cgroup v2`, `docker`, `docker on cgroup v1`; one of several, `out_of_memory or exited-0`, where the
///     kernel's version decides; `not-held` for a restriction that is known to be missing
/// @param outputs patterns of the files to bring back
/// @param bringsBack paths of the files that come back, and no others
public record Attack(
        String runtime,
        AttackCategory category,
        String name,
        String aim,
        String code,
        Map<LimitAxis, Long> limits,
        String outcome,
        Map<String, String> elsewhere,
        List<String> outputs,
        List<String> bringsBack) {
    static final String BREACH = "BREACH";
    static final String NOT_HELD = "not-held";
    static final String OR = " or ";

    public Attack {
        limits = Map.copyOf(limits);
        elsewhere = Map.copyOf(elsewhere);
        outputs = List.copyOf(outputs);
        bringsBack = List.copyOf(bringsBack);
    }

    /// What it must get where all of this is peculiar.
    String outcome(List<String> peculiarities) {
        return peculiarities.stream().map(elsewhere::get).filter(Objects::nonNull).findFirst().orElse(outcome);
    }

    /// `python/escape/unshare`
    public String id() {
        return "%s/%s/%s".formatted(runtime, category.folder(), name);
    }

    @Override
    public String toString() {
        return id();
    }
}
