package dev.mayfly.async;

import dev.mayfly.wire.EventName;

/// One event, as it was first sent.
///
/// @param data its JSON
public record EventLine(long id, String name, String data) {
    public boolean isLast() {
        return is(EventName.OUTCOME);
    }

    boolean is(EventName which) {
        return name.equals(which.wireName());
    }
}
