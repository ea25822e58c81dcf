package dev.mayfly.async;

import dev.mayfly.execution.RejectedException;
import dev.mayfly.store.Database;
import dev.mayfly.store.StoreException;
import java.time.Duration;
import java.util.List;

/// What functions did: their stored executions, and those whose callers waited, which are stored behind their backs.
/// Thread-safe.
public final class FunctionLog implements AutoCloseable {
    private final AsyncExecutions executions;
    private final ActivityQueries activity;
    private final InvocationWriter writer;

    /// @param executions who know whether the store has room
    public FunctionLog(Database database, AsyncExecutions executions) {
        this.executions = executions;
        activity = new ActivityQueries(database);
        writer = new InvocationWriter(database);
    }

    /// Returns at once. Where the store is full, or too slow, it is left out.
    public void add(AwaitedInvocation ended) {
        try {
            executions.requireRoom(ended.tenant());
            writer.add(ended);
        } catch (RejectedException e) {
            writer.leftOut();
        }
    }

    /// How many executions this replica has left out.
    public long leftOut() {
        return writer.countLeftOut();
    }

    /// For each window, from now back.
    public List<FunctionActivity> activity(String tenant, String function, List<Duration> windows) throws StoreException {
        return activity.of(tenant, function, windows);
    }

    @Override
    public void close() throws InterruptedException {
        writer.close();
    }
}
