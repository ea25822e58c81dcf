package dev.mayfly.oci;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.sandbox.Hardening;
import dev.mayfly.sandbox.Limits;
import dev.mayfly.sandbox.SandboxSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// An OCI runtime's `config.json` of a sandbox: https://github.com/opencontainers/runtime-spec/blob/main/config.md
final class Bundle {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ID = "@ID@";
    private static final String FIRST_USER = "@FIRST_USER@";
    private static final String QUOTED_FIRST_USER = '"' + FIRST_USER + '"';

    private Bundle() {}

    /// @param root where its root file system will be mounted
    static String configuration(SandboxSpec spec, Image image, Path root, OciRuntime runtime, boolean ownUsers) {
        return write(config(spec, image, root, runtime, ownUsers));
    }

    /// The configuration of one sandbox.
    ///
    /// @param firstUser the host's user that is root in it
    static String named(String configuration, String id, long firstUser) {
        return configuration.replace(ID, id).replace(QUOTED_FIRST_USER, String.valueOf(firstUser));
    }

    static byte[] changed(Limits limits, OciRuntime runtime) {
        try {
            return JSON.writeValueAsBytes(limitsOf(limits, runtime));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Object> config(SandboxSpec spec, Image image, Path root, OciRuntime runtime, boolean ownUsers) {
        return Map.of(
                "ociVersion", "1.0.0",
                "process", process(spec, image),
                "root", Map.of("path", root.toString(), "readonly", true),
                "hostname", Hardening.HOSTNAME,
                "mounts", mounts(spec.limits()),
                "linux", linux(spec, runtime, ownUsers));
    }

    private static Map<String, Object> linux(SandboxSpec spec, OciRuntime runtime, boolean ownUsers) {
        Map<String, Object> linux = new LinkedHashMap<>(Map.of(
                "namespaces", namespaces(ownUsers),
                "sysctl", Hardening.SYSCTLS,
                "cgroupsPath", ControlGroups.path(ID),
                "resources", resources(spec.limits(), runtime),
                "seccomp", seccomp(),
                "maskedPaths", Hardening.MASKED_PATHS,
                "readonlyPaths", readOnlyPaths()));
        if (ownUsers) {
            var users = List.of(Map.of("containerID", 0, "hostID", FIRST_USER, "size", UserRange.FOR_EACH));
            linux.put("uidMappings", users);
            linux.put("gidMappings", users);
        }
        return linux;
    }

    /// crun makes the folder of the v1 hierarchies for everybody to write: https://github.com/containers/crun,
    /// do_mount_cgroup_v1.
    private static List<String> readOnlyPaths() {
        List<String> paths = new ArrayList<>(Hardening.READ_ONLY_PATHS);
        if (!ControlGroups.isUnified()) {
            paths.add("/sys/fs/cgroup");
        }
        return paths;
    }

    private static Map<String, Object> process(SandboxSpec spec, Image image) {
        List<String> capabilities = Hardening.AGENT_CAPABILITIES.stream().map(name -> "CAP_" + name).toList();
        return Map.of(
                "terminal", false,
                "user", Map.of("uid", 0, "gid", 0),
                "args", Confinement.command(spec),
                "env", image.env(),
                "cwd", Confinement.START_FOLDER,
                "capabilities", Map.of("bounding", capabilities, "effective", capabilities, "permitted", capabilities),
                "rlimits", List.of(Map.of("type", "RLIMIT_NOFILE", "hard", Confinement.OPEN_FILES, "soft", Confinement.OPEN_FILES)),
                "noNewPrivileges", true,
                "oomScoreAdj", Hardening.OOM_SCORE_ADJUSTMENT);
    }

    private static List<Map<String, Object>> mounts(Limits limits) {
        return Confinement.mounts(limits).stream().map(mount -> Map.<String, Object>of(
                "destination", mount.place(), "type", mount.type(), "source", mount.type(), "options", List.of(mount.options().split(",")))).toList();
    }

    private static List<Map<String, String>> namespaces(boolean ownUsers) {
        List<String> types = new ArrayList<>(List.of("pid", "mount", "ipc", "uts", "network"));
        if (ownUsers) {
            types.add("user");
        }
        if (ControlGroups.isUnified()) {
            types.add("cgroup"); // in v1 crun and runc put it into every hierarchy by itself
        }
        return types.stream().map(type -> Map.of("type", type)).toList();
    }

    private static Map<String, Object> resources(Limits limits, OciRuntime runtime) {
        Map<String, Object> resources = limitsOf(limits, runtime);
        resources.put("devices", List.of(Map.of("allow", false, "access", "rwm")));
        return resources;
    }

    private static Map<String, Object> limitsOf(Limits limits, OciRuntime runtime) {
        Map<String, Object> memory = new LinkedHashMap<>(Map.of("limit", limits.memoryBytes()));
        if (ControlGroups.countSwap()) {
            memory.put("swap", limits.memoryBytes());
        }
        Map<String, Object> resources = new LinkedHashMap<>();
        resources.put("memory", memory);
        resources.put("pids", Map.of("limit", Hardening.pidsLimit(limits, runtime.name())));
        resources.put("cpu", Map.of("quota", ControlGroups.cpuQuotaMicros(limits), "period", ControlGroups.CPU_PERIOD_MICROS));
        return resources;
    }

    /// Docker's profile format has the same rules and says more about processors than a runtime understands.
    private static ObjectNode seccomp() {
        try {
            ObjectNode profile = (ObjectNode) JSON.readTree(Hardening.seccompProfile());
            profile.remove("archMap");
            profile.putArray("architectures").add("aarch64".equals(System.getProperty("os.arch")) ? "SCMP_ARCH_AARCH64" : "SCMP_ARCH_X86_64");
            for (JsonNode rule : (ArrayNode) profile.get("syscalls")) {
                ((ObjectNode) rule).remove("comment");
            }
            return profile;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String write(Map<String, Object> config) {
        try {
            return JSON.writeValueAsString(config);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
