package dev.mayfly.sandbox;

import java.time.Duration;
import java.util.Optional;

/// The port that an engine implements. Thread-safe; every call has a deadline.
public interface SandboxEngine extends AutoCloseable {
    Duration PING_PATIENCE = Duration.ofSeconds(5);

    /// The engine's name in results: `docker`.
    String engine();

    /// Makes a sandbox and waits until its interpreter has reported that it waits. The caller owns the sandbox and
    /// closes it.
    Sandbox create(SandboxSpec spec) throws SandboxException, InterruptedException;

    /// Whether sandboxes of this spec can be given other limits of memory, CPUs and processes once they are made.
    boolean resizes(SandboxSpec spec) throws SandboxException;

    /// The immutable id of an image, or empty when the engine has no such image.
    Optional<String> imageId(String image) throws SandboxException, InterruptedException;

    /// Brings an image from the registry that its name names, which may take minutes. False where it names none: then
    /// only this host can have it.
    default boolean pull(String image) throws SandboxException, InterruptedException {
        return false;
    }

    /// Throws when the engine has not answered within the patience.
    void ping() throws SandboxException, InterruptedException;

    /// Whether the engine still knows anything of a sandbox of ours, by its id: the proof that it is gone.
    boolean isPresent(String sandboxId) throws SandboxException, InterruptedException;

    /// Destroys every sandbox that no living instance owns, and returns how many.
    int reap() throws SandboxException, InterruptedException;

    @Override
    void close();
}
