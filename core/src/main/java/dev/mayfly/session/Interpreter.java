package dev.mayfly.session;

import dev.mayfly.sandbox.HeldProcess;
import dev.mayfly.sandbox.HeldSandbox.ProcessListener;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.OutputChunk;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.Signals;
import dev.mayfly.sandbox.Usage;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One interpreter with a driver of cells, as it is heard on the sandbox's thread.
final class Interpreter implements ProcessListener {
    private static final System.Logger LOG = System.getLogger(Interpreter.class.getName());

    private final long maxOutputBytes;
    private final CellMessages messages;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable HeldProcess process;
    private long bytesBetween; // what came since the last cell
    private boolean ready;
    private boolean broken; // of the sandbox's thread alone
    private @Nullable Cell cell;
    private @Nullable End end;

    /// How it ended.
    record End(Outcome outcome, Usage usage) {}

    enum State {
        /// The cell runs, and nothing is known against it.
        RUNNING,
        /// The cell is to be stopped.
        TO_STOP,
        /// The cell has ended.
        DONE,
        /// The interpreter has ended.
        GONE
    }

    Interpreter(long maxOutputBytes) {
        this.maxOutputBytes = maxOutputBytes;
        messages = new CellMessages(maxOutputBytes);
    }

    /// It has started; a cell has no standard input.
    void started(HeldProcess its) throws SandboxException {
        lock.lock();
        try {
            process = its;
        } finally {
            lock.unlock();
        }
        its.endInput();
    }

    HeldProcess process() {
        lock.lock();
        try {
            HeldProcess its = process;
            if (its == null) {
                throw new IllegalStateException("the interpreter has not started");
            }
            return its;
        } finally {
            lock.unlock();
        }
    }

    /// What it reports from now on is this cell's.
    void begin(Cell next) {
        next.onStop(this::wake);
        lock.lock();
        try {
            cell = next;
            bytesBetween = 0;
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

    Optional<End> ended() {
        lock.lock();
        try {
            return Optional.ofNullable(end);
        } finally {
            lock.unlock();
        }
    }

    /// Waits while the cell runs, at most for the patience.
    ///
    /// @param heedStop whether the wait ends when it is to be stopped
    State awaitChange(Cell running, Duration patience, boolean heedStop) throws InterruptedException {
        long left = patience.toNanos();
        lock.lockInterruptibly();
        try {
            State now = state(running, heedStop);
            while (now == State.RUNNING && left > 0) {
                left = changed.awaitNanos(left);
                now = state(running, heedStop);
            }
            return now;
        } finally {
            lock.unlock();
        }
    }

    private State state(Cell running, boolean heedStop) {
        if (end != null) {
            return State.GONE;
        }
        if (!running.equals(cell)) {
            return State.DONE;
        }
        return heedStop && running.stopReason() != null ? State.TO_STOP : State.RUNNING;
    }

    @Override
    public void output(OutputChunk.Stream stream, byte[] bytes) {
        report(new SessionEvent.Output(stream, bytes));
    }

    /// What threads write between two cells is nobody's, and yet no more than a cell may write.
    private void report(SessionEvent event) {
        Cell running = current();
        if (running != null) {
            running.report(event);
        } else {
            countBetween(event.bytes());
        }
    }

    private void countBetween(long bytes) {
        boolean reached;
        lock.lock();
        try {
            reached = bytesBetween <= maxOutputBytes && bytesBetween + bytes > maxOutputBytes;
            bytesBetween += bytes;
        } finally {
            lock.unlock();
        }
        if (reached) {
            giveUp();
        }
    }

    private @Nullable Cell current() {
        lock.lock();
        try {
            return cell;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void cells(byte[] bytes) {
        if (broken) {
            return;
        }
        if (current() == null) {
            countBetween(bytes.length);
        }
        try {
            messages.take(bytes, this::hear);
        } catch (IllegalArgumentException e) {
            LOG.log(Level.DEBUG, "the driver of cells does not speak its protocol", e);
            broken = true;
            giveUp();
        }
    }

    private boolean becomesReady() {
        lock.lock();
        try {
            boolean isFirst = !ready;
            ready = true;
            changed.signalAll();
            return isFirst;
        } finally {
            lock.unlock();
        }
    }

    /// Waits until its driver can be interrupted, or it has ended, or the patience ends.
    void awaitReady(Duration patience) throws InterruptedException {
        long left = patience.toNanos();
        lock.lockInterruptibly();
        try {
            while (!ready && end == null && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Waits until it has ended, or the patience ends.
    void awaitEnd(Duration patience) throws InterruptedException {
        long left = patience.toNanos();
        lock.lockInterruptibly();
        try {
            while (end == null && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /// The sandbox's thread must not be held up.
    private void giveUp() {
        Thread.ofVirtual().name("kill").start(this::kill);
    }

    private void kill() {
        try {
            process().signal(Signals.KILL);
        } catch (SandboxException e) {
            LOG.log(Level.DEBUG, "it has gone", e);
        }
    }

    private void hear(CellMessages.Message message) {
        Cell running = current();
        if (message.kind() == CellMessages.Kind.READY && becomesReady()) {
            return;
        }
        if (running == null) {
            return;
        }
        if (message.event().isPresent() && message.id() == running.number()) {
            running.report(message.event().get());
        } else if (message.kind() == CellMessages.Kind.DONE && message.id() == running.number()) {
            over(null);
        } else { // too long, or of a cell that has ended
            running.log().count(message.bytes());
        }
    }

    @Override
    public void ended(Outcome outcome, Usage usage) {
        over(new End(outcome, usage));
    }

    private void over(@Nullable End how) {
        lock.lock();
        try {
            cell = null;
            end = how;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
