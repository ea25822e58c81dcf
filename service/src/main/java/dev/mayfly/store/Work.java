package dev.mayfly.store;

import org.jdbi.v3.core.Handle;

/// Some statements that belong together. Done again, alone, when the group in which it was done first has failed: what
/// it changes beside the database must bear that.
@FunctionalInterface
public interface Work<T> {
    T on(Handle handle);
}
