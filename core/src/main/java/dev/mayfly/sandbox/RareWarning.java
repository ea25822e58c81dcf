package dev.mayfly.sandbox;

import java.lang.System.Logger.Level;
import java.text.MessageFormat;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What is found again and again, by many, while something is away: one line a minute says so, and how often it was
/// not said. Thread-safe.
public final class RareWarning {
    /// Everything that is not done while the engine is away: one line a minute, however many miss it.
    public static final RareWarning ENGINE = new RareWarning(System.getLogger("dev.mayfly.Engine"), System::nanoTime);

    /// Everything that is not written while the store is away.
    public static final RareWarning STORE = new RareWarning(System.getLogger("dev.mayfly.Store"), System::nanoTime);

    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final System.Logger log;
    private final LongSupplier nanoTime;
    private long saidAt;
    private int unsaid;
    private boolean said;

    public RareWarning(System.Logger log, LongSupplier nanoTime) {
        this.log = log;
        this.nanoTime = nanoTime;
    }

    /// @param format as `MessageFormat` has it
    public void warn(String format, @Nullable Object... parameters) {
        int before;
        synchronized (this) {
            long now = nanoTime.getAsLong();
            if (said && now - saidAt < PAUSE.toNanos()) {
                unsaid++;
                return;
            }
            said = true;
            saidAt = now;
            before = unsaid;
            unsaid = 0;
        }
        String message = MessageFormat.format(format, parameters);
        log.log(Level.WARNING, () -> before == 0 ? message : "%s (and %d like it in the last minutes)".formatted(message, before));
    }
}
