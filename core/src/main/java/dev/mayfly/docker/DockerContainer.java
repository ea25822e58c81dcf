package dev.mayfly.docker;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.InternalServerErrorException;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.mayfly.agent.AgentSandbox;
import dev.mayfly.sandbox.Hardening;
import dev.mayfly.sandbox.Limits;
import dev.mayfly.sandbox.SandboxException;
import java.lang.System.Logger.Level;
import java.util.OptionalLong;

/// One container of ours.
///
/// @param hostUser see [dev.mayfly.sandbox.Sandbox#hostUser]
/// @param gone called when it is destroyed, or left to the reaper
record DockerContainer(EngineCalls engine, String id, OptionalLong hostUser, Runnable gone) implements AgentSandbox.Container {
    private static final System.Logger LOG = System.getLogger(DockerContainer.class.getName());
    private static final int REMOVAL_CHECKS = 100;
    private static final long REMOVAL_CHECK_MILLIS = 50;

    @Override
    public void resize(Limits limits) throws SandboxException, InterruptedException {
        engine.call("update", client -> client.updateContainerCmd(id)
                .withMemory(limits.memoryBytes())
                .withMemorySwap(limits.memoryBytes())
                .withPidsLimit(Hardening.pidsLimit(limits, ""))
                .withNanoCPUs(limits.cpuMillis() * 1_000_000L)
                .exec());
    }

    /// Kills and removes, and returns when the container is gone. The reaper takes what fails here.
    @Override
    public void destroy() {
        boolean interrupted = Thread.interrupted(); // a cancelled run must still destroy its sandbox
        try {
            int tries = 0;
            while (!remove() && ++tries < REMOVAL_CHECKS) {
                Thread.sleep(REMOVAL_CHECK_MILLIS);
            }
            if (tries == REMOVAL_CHECKS) {
                LOG.log(Level.WARNING, "container={0} is still there, left to the reaper", id);
            }
        } catch (InterruptedException e) {
            interrupted = true;
        } catch (SandboxException e) {
            LOG.log(Level.WARNING, "container={0} not removed, left to the reaper: {1}", id, e.getMessage());
        } finally {
            gone.run();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// False while the engine is at it. A container that ends by itself in this very moment makes the engine's two
    /// removals, ours and the automatic one, fail each other (500, "is not running"); the next try then finds it
    /// stopped.
    private boolean remove() throws SandboxException, InterruptedException {
        return engine.call("remove", client -> {
            try {
                client.removeContainerCmd(id).withForce(true).withRemoveVolumes(true).exec();
                return true;
            } catch (NotFoundException e) {
                return true;
            } catch (ConflictException | InternalServerErrorException e) {
                LOG.log(Level.DEBUG, "container={0} again: {1}", id, e.getMessage());
                return false;
            }
        });
    }

    /// The engine forwards what the agent writes; one that is gone may have had it in hand.
    @Override
    public boolean hasReportedAll() throws InterruptedException {
        try {
            engine.ping();
            return true;
        } catch (SandboxException e) {
            return false;
        }
    }

    @Override
    public boolean isOutOfMemory() throws InterruptedException {
        try {
            return engine.call("inspect", client -> Boolean.TRUE.equals(client.inspectContainerCmd(id).exec().getState().getOOMKilled()));
        } catch (SandboxException e) {
            return false; // removed before we could ask: no evidence
        }
    }
}
