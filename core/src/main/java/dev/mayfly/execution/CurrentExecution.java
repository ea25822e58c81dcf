package dev.mayfly.execution;

import java.util.Optional;
import java.util.function.Supplier;

/// The execution at which a thread works: the log names it, also where the message does not.
public record CurrentExecution(String id, String tenant) {
    private static final ScopedValue<CurrentExecution> CURRENT = ScopedValue.newInstance();

    public static Optional<CurrentExecution> get() {
        return CURRENT.isBound() ? Optional.of(CURRENT.get()) : Optional.empty();
    }

    /// Does the work on this thread, for this execution.
    public <T> T during(Supplier<T> work) {
        return ScopedValue.where(CURRENT, this).call(work::get);
    }

    /// The same of work that another thread will do.
    public Runnable around(Runnable work) {
        return () -> ScopedValue.where(CURRENT, this).run(work);
    }
}
