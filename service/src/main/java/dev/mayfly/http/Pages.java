package dev.mayfly.http;

import dev.mayfly.async.ExecutionFilter;
import dev.mayfly.execution.ExecutionId;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.wire.Storable;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the lists have in common.
final class Pages {
    private Pages() {}

    /// What is looked for in the store.
    static Optional<String> text(String field, @Nullable String text) throws RejectedException {
        if (text != null && !Storable.isText(text)) {
            throw RejectedException.invalid(field, "%s must be text".formatted(field));
        }
        return Optional.ofNullable(text);
    }

    /// Where a page goes on: an id that the page before has given.
    static Optional<String> cursor(@Nullable String text) throws RejectedException {
        if (text != null && !ExecutionId.isId(text)) {
            throw wrongCursor();
        }
        return Optional.ofNullable(text);
    }

    static RejectedException wrongCursor() {
        return RejectedException.invalid("cursor", "cursor must be the `next` of the page before");
    }

    static int limit(String text) throws RejectedException {
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= ExecutionFilter.MAX_LIMIT) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // reported below
        }
        throw RejectedException.invalid("limit", "limit must be between 1 and %d".formatted(ExecutionFilter.MAX_LIMIT));
    }
}
