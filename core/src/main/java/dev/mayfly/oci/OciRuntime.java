package dev.mayfly.oci;

import dev.mayfly.sandbox.Hardening;
import dev.mayfly.sandbox.Limits;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.SandboxSpec;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// One OCI runtime on this host and how to call it: https://github.com/opencontainers/runtime-spec
record OciRuntime(Path program) implements SandboxMaker {
    private static final System.Logger LOG = System.getLogger(OciRuntime.class.getName());

    /// @param name a name or a path
    static OciRuntime find(String name) throws SandboxException {
        return onPath(name).map(OciRuntime::new).orElseThrow(() ->
                new SandboxException("no OCI runtime %s on this host; without mayfly.oci.runtime, Mayfly needs none".formatted(name), false));
    }

    private static Optional<Path> onPath(String name) {
        String folders = name.contains("/") ? "" : System.getenv().getOrDefault("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        return Arrays.stream(folders.split(":")).map(folder -> Path.of(folder, name)).filter(Files::isExecutable).findFirst();
    }

    @Override
    public String name() {
        return program.toString();
    }

    @Override
    public boolean isGvisor() {
        return Hardening.isGvisor(name());
    }

    /// A bundle's configuration, but for the sandbox's name.
    @Override
    public String blueprint(SandboxSpec spec, Image image, StateFolder home, boolean ownUsers) {
        return Bundle.configuration(spec, image, home.root(), this, ownUsers);
    }

    /// The command runs in the foreground: it ends when the sandbox and all that the runtime made for it are gone.
    @Override
    public SocketChannel start(OciContainer sandbox, RootFiles root, String blueprint) throws IOException {
        Files.writeString(sandbox.folder().resolve("config.json"), Bundle.named(blueprint, sandbox.id(), root.firstUser()));
        return sandbox.keeper().runInRoot(sandbox.log(), root, command(sandbox, "run", "--bundle", sandbox.folder().toString(), sandbox.id()));
    }

    @Override
    public void settle(OciContainer sandbox, Limits limits) throws IOException {
        ControlGroups.boundSockets(sandbox.id(), limits);
    }

    @Override
    public void resize(OciContainer sandbox, Limits limits) throws IOException, SandboxException, InterruptedException {
        ControlGroups.boundSockets(sandbox.id(), limits);
        Path resources = Files.write(sandbox.folder().resolve("resources.json"), Bundle.changed(limits, this));
        Keeper.Ended update = sandbox.keeper().runToEnd(
                sandbox.folder().resolve("update.log"), command(sandbox, "update", "--resources", resources.toString(), sandbox.id()));
        if (update.code() != 0) {
            throw new SandboxException("update: " + update.words(), false);
        }
    }

    @Override
    public void kill(OciContainer sandbox) throws IOException, InterruptedException {
        Keeper.Ended delete = sandbox.keeper().runToEnd(sandbox.folder().resolve("delete.log"), command(sandbox, "delete", "--force", sandbox.id()));
        // it also fails when the sandbox is gone already
        LOG.log(Level.DEBUG, "container={0} deleted: {1}", sandbox.id(), delete.words());
    }

    private List<String> command(OciContainer sandbox, String... words) {
        List<String> command = new ArrayList<>(List.of(name(), "--root", sandbox.records().toString()));
        if (isGvisor()) {
            // not --oci-seccomp: Debian's gVisor takes EPERM for ENOSYS, and no thread starts
            command.add("--network=none");
        }
        command.addAll(List.of(words));
        return command;
    }
}
