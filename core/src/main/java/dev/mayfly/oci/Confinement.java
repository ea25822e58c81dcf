package dev.mayfly.oci;

import dev.mayfly.sandbox.Hardening;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.Limits;
import dev.mayfly.sandbox.SandboxSpec;
import java.util.ArrayList;
import java.util.List;

/// The mounts and the command that confine a sandbox, on every OCI runtime: what `Hardening` asks for, and what a
/// container engine would add by itself.
final class Confinement {
    private static final String AGENT = "/mayfly/agent";
    static final String START_FOLDER = Hardening.WORK_FOLDER;
    static final long OPEN_FILES = LimitAxis.OPEN_FILES.max();

    private Confinement() {}

    /// @param options as mount(8) takes them, between commas
    record Mount(String place, String type, String options) {}

    /// Of type `cgroup`: the sandbox's own control groups.
    static List<Mount> mounts(Limits limits) {
        List<Mount> mounts = new ArrayList<>();
        mounts.add(new Mount("/proc", "proc", "nosuid,noexec,nodev"));
        mounts.add(new Mount("/dev", "tmpfs", "nosuid,strictatime,mode=755,size=65536k,uid=0,gid=0"));
        mounts.add(new Mount("/dev/pts", "devpts", "nosuid,noexec,newinstance,ptmxmode=0666,mode=0620,gid=5,max=" + Hardening.TERMINALS));
        mounts.add(new Mount("/dev/shm", "tmpfs", "nosuid,noexec,nodev,mode=1777,uid=0,gid=0,size=" + Hardening.SHARED_MEMORY_BYTES));
        mounts.add(new Mount("/dev/mqueue", "mqueue", "nosuid,noexec,nodev"));
        mounts.add(new Mount("/sys", "sysfs", "nosuid,noexec,nodev,ro"));
        mounts.add(new Mount("/sys/fs/cgroup", "cgroup", "nosuid,noexec,nodev,relatime,ro"));
        Hardening.writableFolders(limits).forEach((folder, options) -> mounts.add(new Mount(folder, "tmpfs", options)));
        return mounts;
    }

    /// What PID 1 is.
    static List<String> command(SandboxSpec spec) {
        List<String> command = new ArrayList<>(List.of(AGENT));
        command.addAll(spec.warmCommand());
        return command;
    }
}
