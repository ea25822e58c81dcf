package dev.mayfly.oci;

import dev.mayfly.agent.AgentSandbox;
import dev.mayfly.sandbox.Hardening;
import dev.mayfly.sandbox.Limits;
import dev.mayfly.sandbox.SandboxException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;

/// One sandbox of ours; its folder holds its bundle and what its runtime said.
///
/// @param records the runtime's own, of all sandboxes
/// @param firstUser the host's user that is root in it, or `HostUsers.SHARED`
/// @param gone called when it is destroyed, or left to the reaper
record OciContainer(String id, Path folder, Path records, SandboxMaker runtime, Keeper keeper, long firstUser, Runnable gone) implements AgentSandbox.Container {
    private static final System.Logger LOG = System.getLogger(OciContainer.class.getName());

    /// An agent whose stdin has ended is gone in a millisecond, and the runtime's clean-up in a few.
    private static final Duration OWN_END = Duration.ofSeconds(3);
    private static final Duration FORCED_END = Duration.ofSeconds(10);
    private static final String KILLED = "137";

    Path log() {
        return folder.resolve("log");
    }

    @Override
    public OptionalLong hostUser() {
        return runtime.isGvisor() ? OptionalLong.empty() : OptionalLong.of(firstUser + Hardening.PROGRAM_USER);
    }

    @Override
    public void resize(Limits limits) throws SandboxException, InterruptedException {
        try {
            runtime.resize(this, limits);
        } catch (IOException e) {
            throw new SandboxException("update: " + e.getMessage(), e);
        }
    }

    /// The connection is closed already, which ends a healthy agent; one that does not end is killed. Returns when the
    /// sandbox is gone. The reaper takes what fails here.
    @Override
    public void destroy() {
        boolean interrupted = Thread.interrupted(); // a cancelled run must still destroy its sandbox
        try {
            if (hasEnded() && !ControlGroups.exist(id)) {
                keeper.users().giveBack(id);
                Folders.delete(folder);
                return;
            }
            LOG.log(Level.WARNING, "container={0} has to be killed", id);
            if (!kill()) {
                LOG.log(Level.WARNING, "container={0} is still there, left to the reaper", id);
            }
        } catch (InterruptedException e) {
            interrupted = true;
        } catch (IOException e) {
            LOG.log(Level.WARNING, "container={0} not removed, left to the reaper: {1}", id, e.getMessage());
        } finally {
            gone.run();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// A keeper that was killed knows no end.
    private boolean hasEnded() throws InterruptedException {
        try {
            return keeper.awaitEnd(log(), OWN_END);
        } catch (IOException e) {
            return false;
        }
    }

    /// Ends it whatever it does, and removes all that was written for it; false when something of it stays, which is
    /// then found here again.
    boolean kill() throws IOException, InterruptedException {
        runtime.kill(this);
        if (!ControlGroups.remove(id, FORCED_END) || !keeper.awaitEnd(log(), FORCED_END)) {
            return false;
        }
        keeper.users().giveBack(id);
        Folders.delete(records.resolve(id));
        Folders.delete(folder);
        return true;
    }

    /// The connection is the agent's own.
    @Override
    public boolean hasReportedAll() {
        return true;
    }

    /// Nobody in a sandbox can kill its PID 1 and nobody else has a reason to, so that the kernel did it: the
    /// sandbox's memory was full without any process left to take (files in `/tmp` and `/work` count).
    @Override
    public boolean isOutOfMemory() throws InterruptedException {
        try {
            Path status = folder.resolve("log.status");
            return keeper.awaitEnd(log(), OWN_END) && Files.exists(status) && Files.readString(status).equals(KILLED);
        } catch (IOException e) {
            return false; // no evidence
        }
    }

    /// What the runtime or the agent said before it ended, for an error message.
    String words() {
        try {
            String words = Files.exists(log()) ? Files.readString(log()).strip() : "";
            return words.substring(0, Math.min(words.length(), 500));
        } catch (IOException e) {
            return "";
        }
    }
}
