package dev.mayfly.execution;

import java.util.Map;
import java.util.Set;

/// Where the secrets are that a submission names. They are read when its program is about to run, and stand nowhere
/// but in its environment. Thread-safe.
@FunctionalInterface
public interface SecretSource {
    /// Of who has none.
    SecretSource NONE = (tenant, names) -> {
        throw RejectedException.because(RejectedException.Kind.MISSING_SECRET, "secrets", "secrets need a running service; this command runs without one");
    };

    /// Their values by their names.
    ///
    /// @throws RejectedException one is missing, or they cannot be read now
    Map<String, String> values(String tenant, Set<String> names) throws RejectedException;
}
