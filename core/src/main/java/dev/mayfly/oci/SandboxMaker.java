package dev.mayfly.oci;

import dev.mayfly.sandbox.Limits;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.SandboxSpec;
import java.io.IOException;
import java.nio.channels.SocketChannel;

/// Makes sandboxes of a blueprint, and ends those that do not end by themselves.
sealed interface SandboxMaker permits BuiltInMaker, OciRuntime {
    /// @param name `built-in` or empty for ours, else an OCI runtime's name or path
    static SandboxMaker find(String name) throws SandboxException {
        return name.isEmpty() || name.equals(BuiltInMaker.NAME) ? new BuiltInMaker() : OciRuntime.find(name);
    }

    /// By which it is found again.
    String name();

    /// Whether a kernel of its own is between the sandbox and the host's.
    default boolean isGvisor() {
        return false;
    }

    /// All that sandboxes of a kind share; slow to make.
    ///
    /// @param ownUsers whether each has users of its own, which its root files name
    String blueprint(SandboxSpec spec, Image image, StateFolder home, boolean ownUsers);

    /// The sandbox's folder is there and empty. The connection is the agent's stdin and stdout, and ends when the
    /// sandbox has.
    SocketChannel start(OciContainer sandbox, RootFiles root, String blueprint) throws IOException;

    /// It waits for its program: for what can be set only then.
    default void settle(OciContainer sandbox, Limits limits) throws IOException {}

    void resize(OciContainer sandbox, Limits limits) throws IOException, SandboxException, InterruptedException;

    /// Ends it as well as it can. What is left in the sandbox's control groups is killed after this.
    void kill(OciContainer sandbox) throws IOException, InterruptedException;
}
