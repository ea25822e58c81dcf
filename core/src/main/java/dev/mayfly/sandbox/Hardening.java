package dev.mayfly.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// What every sandbox is held by, on every engine, beside its `Limits`.
public final class Hardening {
    /// What PID 1 needs to become the sandbox's user, to take the rest away from it, to kill it, and, dropped at once,
    /// to bring up its loopback. User code has none.
    public static final List<String> AGENT_CAPABILITIES = List.of("SETUID", "SETGID", "SETPCAP", "KILL", "NET_ADMIN");

    /// Of these, what the agent needs only where the engine leaves the loopback to it.
    public static final String LOOPBACK_CAPABILITY = "NET_ADMIN";

    /// Runs the program. The agent is root.
    public static final int PROGRAM_USER = 1000;

    /// Where the program's files are and it starts; the program's user owns it.
    public static final String WORK_FOLDER = "/work";

    /// Pseudo-terminals.
    public static final int TERMINALS = 64;

    /// One constant name, which reveals nothing of the host.
    public static final String HOSTNAME = "mayfly";

    /// The kernel prefers to kill sandboxes over anything else on the host; the agent adds to this for user code.
    public static final int OOM_SCORE_ADJUSTMENT = 500;

    /// Of `/dev/shm`: what is in it is in the sandbox's memory, whose limit comes first.
    public static final long SHARED_MEMORY_BYTES = LimitAxis.MEMORY.max();

    /// PID 1 is not the program's, so that it does not count.
    private static final int AGENT_PIDS = 1;

    /// The host counts gVisor's own threads, and some for each process in the sandbox.
    private static final int GVISOR_THREADS = 256;
    private static final int GVISOR_THREADS_FOR_EACH = 4;

    /// What a sandbox must not even read: Docker's own list
    /// (https://github.com/moby/moby/blob/master/daemon/pkg/oci/defaults.go), and what else everybody could read of
    /// the host's start, disks, locks, keys, load and kernel.
    public static final List<String> MASKED_PATHS = List.of(
            "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/sched_debug",
            "/proc/scsi", "/proc/timer_list", "/proc/timer_stats", "/sys/devices/virtual/powercap", "/sys/firmware",
            "/proc/cmdline", "/proc/config.gz", "/proc/diskstats", "/proc/key-users", "/proc/locks", "/proc/modules", "/proc/partitions",
            "/proc/pressure", "/proc/swaps", "/proc/sys/kernel/random/boot_id",
            "/sys/block", "/sys/bus", "/sys/devices/virtual/dmi", "/sys/kernel", "/sys/module");

    public static final List<String> READ_ONLY_PATHS = List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    /// Docker's own for a network of one's own: any port may be listened at.
    public static final Map<String, String> SYSCTLS = Map.of("net.ipv4.ip_unprivileged_port_start", "0");

    private static final int MAX_INODES = 16_384;
    private static final String SECCOMP_PROFILE = read("seccomp.json");

    private Hardening() {}

    /// What becomes of each system call, in Docker's profile format; what it does not know gets ENOSYS. `seccomp.md`
    /// beside it has the reasons.
    public static String seccompProfile() {
        return SECCOMP_PROFILE;
    }

    /// Whether an OCI runtime is gVisor: the sandbox's kernel is then a program in the sandbox's control groups, and
    /// its limits stay as it was made.
    public static boolean isGvisor(String ociRuntime) {
        return ociRuntime.endsWith("runsc");
    }

    /// How many tasks the host lets a sandbox have.
    public static long pidsLimit(Limits limits, String ociRuntime) {
        return isGvisor(ociRuntime) ? (long) limits.pids() * GVISOR_THREADS_FOR_EACH + GVISOR_THREADS : limits.pids() + AGENT_PIDS;
    }

    /// The writable folders and their mount options. They live in the sandbox's memory, and count as such.
    public static Map<String, String> writableFolders(Limits limits) {
        String bounds = "rw,exec,nosuid,nodev,size=%d,nr_inodes=%d".formatted(limits.diskBytes(), MAX_INODES);
        return Map.of(WORK_FOLDER, bounds + ",mode=0755,uid=%1$d,gid=%1$d".formatted(PROGRAM_USER), "/tmp", bounds + ",mode=1777,uid=0,gid=0");
    }

    private static String read(String name) {
        try (InputStream in = Hardening.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
