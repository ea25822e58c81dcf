package dev.mayfly.function;

import java.util.Optional;

/// What became of a change.
///
/// @param function as it is now; empty where there is none, or where nothing was changed
/// @param reason of a refusal
public record Change(Status status, Optional<StoredFunction> function, Optional<String> reason) {
    public enum Status {
        /// The function is new.
        CREATED,
        /// Another version is its current one.
        CHANGED,
        /// It is as it was.
        UNCHANGED,
        DELETED,
        UNKNOWN_FUNCTION,
        UNKNOWN_VERSION,
        PRECONDITION_FAILED,
        /// The tenant has as much as it may.
        NO_ROOM
    }

    static Change of(Status status) {
        return new Change(status, Optional.empty(), Optional.empty());
    }

    static Change of(Status status, StoredFunction function) {
        return new Change(status, Optional.of(function), Optional.empty());
    }

    static Change noRoom(String reason) {
        return new Change(Status.NO_ROOM, Optional.empty(), Optional.of(reason));
    }
}
