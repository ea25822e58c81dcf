package dev.mayfly.wire;

import dev.mayfly.execution.RejectedException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// Where the functions are that a request may name. Thread-safe.
@FunctionalInterface
public interface FunctionLookup {
    /// Of a door that has none.
    FunctionLookup NONE = (tenant, reference) -> {
        throw RejectedException.invalid("function", "functions need a running service; this command runs without one");
    };

    /// Of somebody who checks only a request's form, and sends it on.
    FunctionLookup ANY = (tenant, reference) ->
            new Found(1, new FunctionDefinition(Optional.empty(), Set.of(), OptionalInt.empty(), Optional.empty(), Optional.empty(), Optional.empty(), SubmissionRequestBuilder.builder().code(" ").build()));

    /// @param version the one that was named, else the current one
    /// @param concurrency the current one's
    record Found(int version, FunctionDefinition definition, OptionalInt concurrency) {
        /// Of the current version.
        public Found(int version, FunctionDefinition definition) {
            this(version, definition, definition.concurrency());
        }
    }

    /// @throws RejectedException the tenant has no such function, or it cannot be read now
    Found find(String tenant, FunctionReference reference) throws RejectedException;
}
