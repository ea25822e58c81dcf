package dev.mayfly.wiring;

import dev.mayfly.execution.CurrentExecution;
import io.quarkus.logging.LoggingFilter;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import org.jboss.logmanager.ExtLogRecord;

/// Gives each line of the log the fields `execution` and `tenant` where a thread works at an execution. They are shown
/// in JSON, or by `%X{execution}` in a format.
@LoggingFilter(name = "execution-fields")
public final class ExecutionFields implements Filter {
    @Override
    public boolean isLoggable(LogRecord line) {
        if (line instanceof ExtLogRecord extended) {
            CurrentExecution.get().ifPresent(current -> {
                extended.putMdc("execution", current.id());
                extended.putMdc("tenant", current.tenant());
            });
        }
        return true;
    }
}
