package dev.mayfly.session;

import dev.mayfly.sandbox.HeldProcess;
import dev.mayfly.sandbox.HeldSandbox.ProcessListener;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.Signals;
import dev.mayfly.sandbox.Usage;
import dev.mayfly.session.CellEnd.CellOutcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/// Runs a session's cells, one after the other, in one interpreter. One that does not end in its time is interrupted,
/// then its interpreter is killed, and the next cell gets another one. Thread-safe.
final class Cells {
    static final String CLOSED = "its interpreter is closed";
    private static final Duration KILL_PATIENCE = Duration.ofSeconds(10);
    private static final Duration READY_PATIENCE = Duration.ofSeconds(30);
    private static final Duration AGAIN = Duration.ofMillis(200); // an interrupt that comes too early is lost

    /// Starts an interpreter with the runtime's driver.
    interface Restart {
        void start(String folder, Interpreter next) throws SandboxException, InterruptedException;
    }

    private final int number;
    private final String folder;
    private final Duration grace;
    private final long maxOutputBytes;
    private final Restart restart;
    private final AtomicInteger numbers = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Cell> queue = new ArrayDeque<>(); // the first one runs
    private final AtomicReference<@Nullable Cell> current = new AtomicReference<>();
    private volatile Interpreter interpreter;
    private volatile boolean closed;

    /// @param number of this interpreter in its session
    /// @param folder where it runs
    /// @param grace how long an interrupted cell may take to end
    /// @param maxOutputBytes that a cell may have at most
    Cells(int number, String folder, Duration grace, long maxOutputBytes, Restart restart) {
        this.number = number;
        this.folder = folder;
        this.grace = grace;
        this.maxOutputBytes = maxOutputBytes;
        this.restart = restart;
        interpreter = new Interpreter(maxOutputBytes);
    }

    int number() {
        return number;
    }

    String folder() {
        return folder;
    }

    Interpreter interpreter() {
        return interpreter;
    }

    /// Hears of the first interpreter.
    ProcessListener listener() {
        return interpreter;
    }

    /// @param waiting the interpreter that had waited and has its driver, if there is one
    void begin(Optional<HeldProcess> waiting) throws SandboxException, InterruptedException {
        if (waiting.isPresent()) {
            interpreter.started(waiting.get());
        } else {
            restart.start(folder, interpreter);
        }
    }

    Cell next(String code, Duration timeout, long maxBytes, LongPredicate room, Runnable release) {
        return new Cell(number, numbers.incrementAndGet(), code, timeout, Math.min(maxBytes, maxOutputBytes), room, release);
    }

    /// How many cells wait for their turn.
    int waiting() {
        lock.lock();
        try {
            return Math.max(0, queue.size() - 1);
        } finally {
            lock.unlock();
        }
    }

    /// Runs the cell when it is its turn, and blocks until it has ended. Its end is in its log.
    void run(Cell cell) throws InterruptedException {
        try {
            boolean begins = awaitTurn(cell);
            if (begins) {
                current.set(cell);
            }
            cell.log().end(begins ? runNow(cell) : new CellEnd(CellOutcome.INTERRUPTED, true, "it had not begun", Duration.ZERO, Usage.NONE));
        } catch (SandboxException e) {
            cell.log().end(new CellEnd(CellOutcome.FAILED, false, String.valueOf(e.getMessage()), Duration.ZERO, Usage.NONE));
        } finally {
            cell.log().end(new CellEnd(CellOutcome.FAILED, false, "a fault of the service", Duration.ZERO, Usage.NONE)); // unless it has ended
            current.compareAndSet(cell, null);
            leave(cell);
        }
    }

    /// False when it is to be stopped before.
    private boolean awaitTurn(Cell cell) throws InterruptedException {
        cell.onStop(this::wake);
        lock.lockInterruptibly();
        try {
            queue.add(cell);
            while (!cell.equals(queue.peek()) && cell.stopReason() == null) {
                changed.await();
            }
            return cell.stopReason() == null;
        } finally {
            lock.unlock();
        }
    }

    private void leave(Cell cell) {
        lock.lock();
        try {
            queue.remove(cell);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private CellEnd runNow(Cell cell) throws SandboxException, InterruptedException {
        if (closed) {
            throw new SandboxException(CLOSED, false);
        }
        if (interpreter.ended().isPresent()) {
            var next = new Interpreter(maxOutputBytes);
            restart.start(folder, next);
            interpreter = next;
            if (closed) { // while it started
                next.process().signal(Signals.KILL);
                throw new SandboxException(CLOSED, false);
            }
        }
        interpreter.awaitReady(READY_PATIENCE);
        long begun = System.nanoTime();
        interpreter.begin(cell);
        interpreter.process().writeCells(CellMessages.cell(cell.number(), cell.code()));
        CellOutcome reason =
                switch (interpreter.awaitChange(cell, cell.timeout(), true)) {
                    case DONE, GONE -> null;
                    case RUNNING -> stop(cell, CellOutcome.TIMED_OUT);
                    case TO_STOP -> stop(cell, CellOutcome.INTERRUPTED);
                };
        return end(cell, reason, Duration.ofNanos(System.nanoTime() - begun));
    }

    /// Interrupts it, which keeps the state where the cell heeds it; else its interpreter is killed.
    ///
    /// @param otherwise why, where the cell itself does not know
    private CellOutcome stop(Cell cell, CellOutcome otherwise) throws SandboxException, InterruptedException {
        CellOutcome known = cell.stopReason();
        CellOutcome reason = known == null ? otherwise : known;
        long deadline = System.nanoTime() + grace.toNanos();
        Interpreter.State state = interpreter.awaitChange(cell, AGAIN, false); // one that has just been started is not to be interrupted yet
        while (state == Interpreter.State.RUNNING && System.nanoTime() < deadline) {
            interpreter.process().signal(Signals.INTERRUPT);
            state = interpreter.awaitChange(cell, AGAIN, false);
        }
        if (state == Interpreter.State.RUNNING) {
            interpreter.process().signal(Signals.KILL);
            interpreter.awaitChange(cell, KILL_PATIENCE, false);
        }
        return reason;
    }

    private CellEnd end(Cell cell, @Nullable CellOutcome reason, Duration wall) {
        CellOutcome why = reason == null && cell.stopReason() == CellOutcome.OUTPUT_LIMIT ? CellOutcome.OUTPUT_LIMIT : reason;
        return interpreter.ended().map(end -> gone(end, why, wall)).orElseGet(() -> {
            CellOutcome outcome = why != null ? why : cell.raised() ? CellOutcome.RAISED : CellOutcome.COMPLETED;
            return new CellEnd(outcome, true, "", wall, Usage.NONE);
        });
    }

    private static CellEnd gone(Interpreter.End end, @Nullable CellOutcome reason, Duration wall) {
        CellOutcome its =
                switch (end.outcome()) {
                    case Outcome.OutOfMemory _ -> CellOutcome.OUT_OF_MEMORY;
                    case Outcome.Failed _ -> CellOutcome.SESSION_ENDED;
                    case Outcome.Exited _, Outcome.Signaled _, Outcome.TimedOut _, Outcome.OutputLimit _, Outcome.CompileFailed _, Outcome.Cancelled _ -> CellOutcome.EXITED;
                };
        return new CellEnd(reason != null && its == CellOutcome.EXITED ? reason : its, false, words(end.outcome()), wall, end.usage());
    }

    private static String words(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Exited(int code) -> "the interpreter ended with code %d".formatted(code);
            case Outcome.Signaled(int signal) -> "the interpreter was ended by signal %d".formatted(signal);
            case Outcome.OutOfMemory(_, long limit) -> "the sandbox has %d bytes of memory".formatted(limit);
            case Outcome.Failed(String reason, _) -> reason;
            case Outcome.TimedOut _, Outcome.OutputLimit _, Outcome.CompileFailed _, Outcome.Cancelled _ -> "";
        };
    }

    /// The state of its cells is given up; a cell that runs ends, and the next one gets another interpreter.
    void restart() throws SandboxException, InterruptedException {
        Interpreter its = interpreter;
        its.process().signal(Signals.KILL);
        its.awaitEnd(KILL_PATIENCE);
    }

    /// Ends the interpreter, and no other one follows.
    void close() throws SandboxException, InterruptedException {
        closed = true;
        restart();
    }

    /// The cell that runs now is to end; false when none runs.
    boolean interrupt() {
        Cell running = current.get();
        if (running != null) {
            running.stop(CellOutcome.INTERRUPTED);
        }
        return running != null;
    }
}
