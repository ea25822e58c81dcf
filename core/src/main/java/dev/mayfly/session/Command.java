package dev.mayfly.session;

import dev.mayfly.sandbox.HeldProcess;
import dev.mayfly.sandbox.HeldSandbox.ProcessListener;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.OutputChunk;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.Signals;
import dev.mayfly.sandbox.Usage;
import dev.mayfly.sandbox.WindowSize;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/// A program beside the cells of a session: it can be fed, signalled and followed while it runs. Thread-safe.
public final class Command {
    private static final System.Logger LOG = System.getLogger(Command.class.getName());

    /// @param outcome also of one that was ended at a limit of its own
    public record End(Outcome outcome, Usage usage) {}

    private final int number;
    private final CommandRequest request;
    private final RunLog<End> log;
    private final CompletableFuture<HeldProcess> process = new CompletableFuture<>();
    private volatile boolean inputEnded;
    private final AtomicInteger readers = new AtomicInteger();
    private final AtomicReference<@Nullable Outcome> reason = new AtomicReference<>();

    /// @param room for more output, as `RunLog` asks for it
    Command(int number, CommandRequest request, LongPredicate room) {
        this.number = number;
        this.request = request;
        log = new RunLog<>(request.maxOutputBytes(), room, this::endAtOutputLimit);
    }

    public int number() {
        return number;
    }

    public CommandRequest request() {
        return request;
    }

    public RunLog<End> log() {
        return log;
    }

    ProcessListener listener() {
        return new ProcessListener() {
            @Override
            public void output(OutputChunk.Stream stream, byte[] bytes) {
                log.add(new SessionEvent.Output(stream, bytes));
            }

            @Override
            public void ended(Outcome outcome, Usage usage) {
                Outcome why = reason.get();
                log.end(new End(why == null ? outcome : atLimit(why), usage));
            }
        };
    }

    private Outcome atLimit(Outcome why) {
        return why instanceof Outcome.OutputLimit ? new Outcome.OutputLimit(log.bytes(), log.limit()) : why;
    }

    /// It has started.
    void started(HeldProcess its) {
        process.complete(its);
    }

    /// Feeds it, and ends it when its time is over; returns immediately.
    ///
    /// @param ended called when it has ended
    void run(byte[] stdin, Runnable ended) {
        Thread.ofVirtual().name("feed").start(() -> feed(stdin)); // a command that does not read has its time all the same
        Thread.ofVirtual().name("watch").start(() -> watch(ended));
    }

    private void feed(byte[] stdin) {
        try {
            process.join().write(stdin);
            if (!request.keepsStdin()) {
                process.join().endInput();
            }
        } catch (SandboxException e) {
            LOG.log(Level.DEBUG, "it has gone with its sandbox", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch(Runnable ended) {
        try {
            Optional<Duration> timeout = request.timeout();
            if (timeout.isPresent() && log.awaitEnd(timeout.get()).isEmpty()) {
                kill(new Outcome.TimedOut(Outcome.Clock.WALL_TIME, timeout.get(), timeout.get()));
            }
            awaitEnd();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ended.run();
        }
    }

    /// Blocks until it has ended.
    public End awaitEnd() throws InterruptedException {
        return log.awaitEnd(RunLog.FOREVER).orElseThrow();
    }

    private void endAtOutputLimit() {
        kill(new Outcome.OutputLimit(0, request.maxOutputBytes()));
    }

    /// Ends it, and does not wait for that; the first reason counts.
    void kill(Outcome why) {
        reason.compareAndSet(null, why);
        Thread.ofVirtual().name("kill").start(this::kill); // neither the sandbox's thread nor a connection's must be held up
    }

    private void kill() {
        try {
            process.join().signal(Signals.KILL);
        } catch (SandboxException e) {
            LOG.log(Level.DEBUG, "it has gone with its sandbox", e);
        }
    }

    /// Its sandbox ends, and it with that.
    void giveUp(Outcome.By by) {
        reason.compareAndSet(null, new Outcome.Cancelled(by));
    }

    /// Its caller does not want it any more.
    public void cancel(Outcome.By by) {
        kill(new Outcome.Cancelled(by));
    }

    /// Somebody reads it.
    public void enterReader() {
        readers.incrementAndGet();
    }

    /// Whether nobody reads it any more.
    public boolean leaveReader() {
        return readers.decrementAndGet() == 0;
    }

    public boolean hasReaders() {
        return readers.get() > 0;
    }

    /// Whether more input may come.
    public boolean takesInput() {
        return request.keepsStdin() && !inputEnded;
    }

    /// Sends all of it. Blocks while the command does not read.
    public void write(byte[] bytes) throws SandboxException, InterruptedException {
        process.join().write(bytes);
    }

    /// Sends all of it or, where it does not fit now, nothing, and returns false.
    public boolean offer(byte[] bytes) throws SandboxException {
        return process.join().offer(bytes);
    }

    public void endInput() throws SandboxException {
        inputEnded = true;
        process.join().endInput();
    }

    public void signal(int signal) throws SandboxException {
        process.join().signal(signal);
    }

    public void resizeTerminal(WindowSize size) throws SandboxException {
        process.join().resizeTerminal(size);
    }
}
