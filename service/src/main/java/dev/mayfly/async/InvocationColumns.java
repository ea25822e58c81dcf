package dev.mayfly.async;

import dev.mayfly.execution.Invocation;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalInt;

/// Which function an execution ran, as its row has it.
final class InvocationColumns {
    /// What `of` reads.
    static final String NAMES = "function_name, function_version, invoked_by";

    private InvocationColumns() {}

    /// Without the bound, which the function has. A trigger of a later release counts as a request over the API.
    static Optional<Invocation> of(ResultSet row) throws SQLException {
        String function = row.getString("function_name");
        if (function == null) {
            return Optional.empty();
        }
        var trigger = Invocation.Trigger.named(row.getString("invoked_by")).orElse(Invocation.Trigger.API);
        return Optional.of(new Invocation(function, row.getInt("function_version"), trigger, OptionalInt.empty()));
    }
}
