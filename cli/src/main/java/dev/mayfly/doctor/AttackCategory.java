package dev.mayfly.doctor;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What an attack runs against; the name of its folder.
public enum AttackCategory {
    TIME("CPU time is counted by the control group: cpuacct (cgroup v1) or cpu (v2) must be there; see `docker info`, or /proc/cgroups"),
    MEMORY("memory and swap are limited by the control group: boot with cgroup_enable=memory swapaccount=1 where `docker info` warns of them"),
    PROCESSES("processes are limited by the control group pids, which must be there: /proc/cgroups"),
    OUTPUT("output is counted by the agent in the sandbox: rebuild the images with runtimes/build"),
    FILES("the root is an overlay mounted read-only, /work and /tmp are sized tmpfs: the engine's storage driver must be overlay2"),
    ESCAPE("the engine must have seccomp (`docker info`: Security Options), no userns-remap exceptions and no default that shares the host's namespaces"),
    NETWORK("a sandbox has a network namespace of its own and no interface but lo: the engine must not override network mode none");

    private final String setting;

    AttackCategory(String setting) {
        this.setting = setting;
    }

    /// What an operator looks at when it does not hold.
    public String setting() {
        return setting;
    }

    public String folder() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<AttackCategory> byFolder(String name) {
        return Arrays.stream(values()).filter(category -> category.folder().equals(name)).findFirst();
    }
}
