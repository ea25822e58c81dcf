package dev.mayfly.session;

import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.RejectedException.Kind;
import dev.mayfly.sandbox.Hardening;
import dev.mayfly.sandbox.HeldProcess;
import dev.mayfly.sandbox.HeldSandbox.ProcessListener;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The interpreters of one session, each with a state of its own that its cells share: the one that it begins with, and
/// those that are asked for. Thread-safe.
public final class Interpreters {
    /// The number of the one that the session begins with.
    public static final int FIRST = 0;

    private static final int MOST = 8;
    private static final int MOST_CELLS_WAITING = 16;
    private static final Duration READY_PATIENCE = Duration.ofSeconds(30);
    private static final Duration RETRY = Duration.ofSeconds(1);

    /// Starts the runtime's interpreter with its driver of cells.
    interface Start {
        HeldProcess in(String folder, ProcessListener listener) throws SandboxException, InterruptedException;
    }

    private final Duration grace;
    private final long maxOutputBytes;
    private final HeapBudget heap;
    private final Lifetime lifetime;
    private final Start start;
    private final Map<Integer, Cells> all = new ConcurrentSkipListMap<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private int opening;
    private final ReentrantLock starting = new ReentrantLock();
    private @Nullable Interpreter lastStarted;

    /// @param grace how long an interrupted cell may take to end
    /// @param maxOutputBytes that a cell may have at most
    Interpreters(Duration grace, long maxOutputBytes, HeapBudget heap, Lifetime lifetime, Start start) {
        this.grace = grace;
        this.maxOutputBytes = maxOutputBytes;
        this.heap = heap;
        this.lifetime = lifetime;
        this.start = start;
        all.put(FIRST, made(Hardening.WORK_FOLDER));
    }

    private Cells made(String folder) {
        return new Cells(numbers.getAndIncrement(), folder, grace, maxOutputBytes, this::start);
    }

    /// Hears of the first one.
    ProcessListener listener() {
        return first().listener();
    }

    private Cells first() {
        Cells first = all.get(FIRST);
        if (first == null) {
            throw new IllegalStateException("the first interpreter is missing");
        }
        return first;
    }

    /// @param waiting the interpreter that had waited and has its driver, if there is one
    void begin(Optional<HeldProcess> waiting) throws SandboxException, InterruptedException {
        first().begin(waiting);
    }

    /// The sandbox has one place to which a driver connects, so that the next one waits for the one before.
    private void start(String folder, Interpreter next) throws SandboxException, InterruptedException {
        starting.lockInterruptibly();
        try {
            Interpreter before = lastStarted == null ? first().interpreter() : lastStarted;
            if (!before.equals(next)) {
                before.awaitReady(READY_PATIENCE);
            }
            next.started(start.in(folder, next));
            lastStarted = next;
        } finally {
            starting.unlock();
        }
    }

    /// A cell, to be run by `run`, and closed when nobody reads what it reported any more.
    ///
    /// @param number of the interpreter whose state it finds
    /// @param timeout its own, without those that it waits for
    /// @throws RejectedException the session has no such interpreter, or too many cells wait already
    public Cell cell(int number, String code, Duration timeout, long maxBytes) throws RejectedException {
        Cells its = find(number).orElseThrow(() -> RejectedException.invalid("interpreter", "the session has no interpreter %d".formatted(number)));
        if (its.waiting() >= MOST_CELLS_WAITING) {
            throw RejectedException.forNow(Kind.AT_CAPACITY, "%d cells of this session wait already".formatted(MOST_CELLS_WAITING), RETRY);
        }
        HeapBudget.Hold room = heap.hold();
        if (!room.tryAdd(RunLog.SHARE_BYTES + 2L * code.length())) {
            throw RejectedException.forNow(Kind.AT_CAPACITY, "another cell and its output do not fit in memory now", RETRY);
        }
        lifetime.begin();
        return its.next(code, timeout, maxBytes, room::tryAdd, () -> {
            lifetime.end();
            room.close();
        });
    }

    /// Blocks until the cell has ended.
    public void run(Cell cell) throws InterruptedException {
        if (!cell.keep()) {
            return;
        }
        try (cell) {
            runKept(cell);
        }
    }

    private void runKept(Cell cell) throws InterruptedException {
        Optional<Cells> its = find(cell.interpreter());
        if (its.isPresent()) {
            its.get().run(cell);
        } else {
            cell.log().end(new CellEnd(CellEnd.CellOutcome.FAILED, false, Cells.CLOSED, Duration.ZERO, Usage.NONE));
        }
    }

    /// @param folder where it runs
    public record View(int number, String folder) {
        static View of(Cells cells) {
            return new View(cells.number(), cells.folder());
        }
    }

    public List<View> all() {
        return all.values().stream().map(View::of).toList();
    }

    /// One more, whose cells find only what cells of its own have made.
    ///
    /// @throws RejectedException there are as many as there may be, or it does not start
    public View open(String folder) throws RejectedException, SandboxException, InterruptedException {
        enter();
        try {
            Cells cells = made(folder);
            begin(cells);
            all.put(cells.number(), cells); // nobody knows its number before
            return View.of(cells);
        } finally {
            left();
        }
    }

    private void begin(Cells cells) throws RejectedException, SandboxException, InterruptedException {
        cells.begin(Optional.empty());
        cells.interpreter().awaitReady(READY_PATIENCE);
        if (cells.interpreter().ended().isPresent()) {
            throw RejectedException.invalid("", "no interpreter starts in %s".formatted(cells.folder()));
        }
    }

    private synchronized void enter() throws RejectedException {
        if (all.size() + opening >= MOST) {
            throw RejectedException.forNow(Kind.AT_CAPACITY, "the session has %d interpreters already".formatted(MOST), RETRY);
        }
        opening++;
    }

    private synchronized void left() {
        opening--;
    }

    private Optional<Cells> find(int number) {
        return Optional.ofNullable(all.get(number));
    }

    /// Gives up what its cells have made; false when the session has none of this number.
    public boolean restart(int number) throws SandboxException, InterruptedException {
        Optional<Cells> its = find(number);
        if (its.isPresent()) {
            its.get().restart();
        }
        return its.isPresent();
    }

    /// Ends it; false when the session has none of this number, or it is the first one, which stays.
    public boolean close(int number) throws SandboxException, InterruptedException {
        Cells cells = number == FIRST ? null : all.remove(number);
        if (cells != null) {
            cells.close();
        }
        return cells != null;
    }

    /// The cells that run are to end; false when none runs.
    boolean interrupt() {
        return all.values().stream().filter(Cells::interrupt).count() > 0;
    }
}
