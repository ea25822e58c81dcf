package dev.mayfly.session;

import dev.mayfly.session.CellEnd.CellOutcome;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/// Code that runs in a session's interpreter, and what it reports. Thread-safe.
public final class Cell implements AutoCloseable {
    private final int interpreter;
    private final int number;
    private final String code;
    private final Duration timeout;
    private final Runnable release;
    private final RunLog<CellEnd> log;
    private final AtomicReference<@Nullable CellOutcome> stop = new AtomicReference<>();
    private volatile Runnable onStop = () -> {};
    private volatile boolean raised;
    private final AtomicInteger holders = new AtomicInteger(1); // who reads it, and who runs it

    /// @param interpreter whose it is
    /// @param room for more output, as `RunLog` asks for it
    /// @param release called when it is closed
    Cell(int interpreter, int number, String code, Duration timeout, long maxBytes, LongPredicate room, Runnable release) {
        this.interpreter = interpreter;
        this.number = number;
        this.code = code;
        this.timeout = timeout;
        this.release = release;
        log = new RunLog<>(maxBytes, room, () -> stop(CellOutcome.OUTPUT_LIMIT));
    }

    int interpreter() {
        return interpreter;
    }

    /// Counts its interpreter's cells from 1.
    public int number() {
        return number;
    }

    public RunLog<CellEnd> log() {
        return log;
    }

    /// Its caller does not want it any more.
    public void cancel() {
        stop(CellOutcome.INTERRUPTED);
    }

    String code() {
        return code;
    }

    Duration timeout() {
        return timeout;
    }

    /// Ends it early: it is interrupted, and killed where it does not heed that. The first reason counts.
    void stop(CellOutcome why) {
        if (stop.compareAndSet(null, why)) {
            onStop.run();
        }
    }

    /// @param heard called when it is to be stopped; must not block
    void onStop(Runnable heard) {
        onStop = heard;
    }

    @Nullable CellOutcome stopReason() {
        return stop.get();
    }

    void report(SessionEvent event) {
        raised |= event instanceof SessionEvent.Raised;
        log.add(event);
    }

    boolean raised() {
        return raised;
    }

    /// Gives up what it reported. Once; who runs it may still do so.
    @Override
    public void close() {
        if (holders.decrementAndGet() == 0) {
            release.run();
        }
    }

    /// To be run; closed once more when it is through. False when nobody wants it any more.
    boolean keep() {
        return holders.getAndUpdate(now -> now == 0 ? 0 : now + 1) > 0;
    }
}
