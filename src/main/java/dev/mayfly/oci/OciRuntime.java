package dev.mayfly.oci;

import dev.mayfly.sandbox.Hardening;
import dev.mayfly.sandbox.SandboxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// One OCI runtime on this host and how to call it: https://github.com/opencontainers/runtime-spec
record OciRuntime(Path program) {
    private static final List<String> PREFERRED = List.of("crun", "runc");

    /// @param name a name, a path, or empty for the quickest one there is
    static OciRuntime find(String name) throws SandboxException {
        List<String> names = name.isEmpty() ? PREFERRED : List.of(name);
        return names.stream().map(OciRuntime::onPath).flatMap(Optional::stream).findFirst().map(OciRuntime::new).orElseThrow(() ->
                new SandboxException("there is no OCI runtime %s on this host; apt-get install crun".formatted(String.join(" or ", names)), false));
    }

    private static Optional<Path> onPath(String name) {
        String folders = name.contains("/") ? "" : System.getenv().getOrDefault("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        return Arrays.stream(folders.split(":")).map(folder -> Path.of(folder, name)).filter(Files::isExecutable).findFirst();
    }

    boolean isGvisor() {
        return Hardening.isGvisor(program.toString());
    }

    /// Runs a box in the foreground: the command ends when the box and all that the runtime made for it are gone.
    List<String> run(Path state, Path bundle, String id) {
        return command(state, "run", "--bundle", bundle.toString(), id);
    }

    List<String> delete(Path state, String id) {
        return command(state, "delete", "--force", id);
    }

    List<String> update(Path state, Path resources, String id) {
        return command(state, "update", "--resources", resources.toString(), id);
    }

    private List<String> command(Path state, String... words) {
        List<String> command = new ArrayList<>(List.of(program.toString(), "--root", state.toString()));
        if (isGvisor()) {
            command.add("--network=none"); // not --oci-seccomp: Debian's gVisor takes EPERM for ENOSYS, and no thread starts
        }
        command.addAll(List.of(words));
        return command;
    }
}
