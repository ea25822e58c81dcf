package dev.mayfly.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mayfly.sandbox.HeldSandbox;
import dev.mayfly.sandbox.Limits;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.OutputSink;
import dev.mayfly.sandbox.PreparedProgram;
import dev.mayfly.sandbox.Sandbox;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.SandboxRun;
import dev.mayfly.sandbox.SandboxSpec;
import dev.mayfly.sandbox.SourceFile;
import dev.mayfly.sandbox.Stdin;
import dev.mayfly.sandbox.WindowSize;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/// A sandbox as seen over its channel.
///
/// A second, outer deadline guards against an agent that is silent although its own deadline has passed: the sandbox is
/// destroyed, its channel ends, and the read that waits for the agent fails.
public final class AgentSandbox implements Sandbox {
    /// What an engine does for the one sandbox that it made.
    public interface Container {
        String id();

        /// As in [Sandbox#hostUser].
        OptionalLong hostUser();

        void resize(Limits limits) throws SandboxException, InterruptedException;

        /// Destroys the sandbox and returns when it is gone. Called once.
        void destroy();

        /// Whether all that the agent had written before it vanished has reached us; false when what is between us may
        /// have lost some.
        boolean hasReportedAll() throws InterruptedException;

        /// Whether the kernel killed PID 1 itself for want of memory; asked after the agent vanished.
        boolean isOutOfMemory() throws InterruptedException;
    }

    private static final Duration GRACE = Duration.ofSeconds(10);

    private final SandboxSpec spec;
    private final Container container;
    private final AgentChannel channel;
    private final FrameReader reader;
    private final ScheduledExecutorService timer;
    private final ReentrantLock writing = new ReentrantLock();
    private final AtomicBoolean used = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    /// @param timer runs the outer deadlines; its tasks start a virtual thread and return at once
    public AgentSandbox(SandboxSpec spec, Container container, AgentChannel channel, ScheduledExecutorService timer) {
        this.spec = spec;
        this.container = container;
        this.channel = channel;
        this.reader = new FrameReader(channel);
        this.timer = timer;
    }

    /// Blocks until the interpreter has reported that it waits. The engine closes the sandbox when this throws.
    public void awaitReady(Duration patience) throws SandboxException {
        ScheduledFuture<?> deadline = closeAfter(patience);
        try {
            Frame frame = reader.next();
            switch (frame.type()) {
                case READY -> {}
                case REFUSED -> throw new SandboxException(UTF_8.decode(frame.payload()).toString(), false);
                default -> throw new ProtocolException("%s instead of READY".formatted(frame.type()));
            }
        } catch (IOException e) {
            throw new SandboxException("the sandbox was not ready in %d s: %s".formatted(patience.toSeconds(), e.getMessage()), e);
        } finally {
            deadline.cancel(false);
        }
    }

    @Override
    public SandboxSpec spec() {
        return spec;
    }

    @Override
    public String id() {
        return container.id();
    }

    @Override
    public OptionalLong hostUser() {
        return container.hostUser();
    }

    @Override
    public boolean isAlive() {
        return !closed.get() && channel.isOpen();
    }

    @Override
    public void resize(Limits limits) throws SandboxException, InterruptedException {
        container.resize(limits);
    }

    @Override
    public SandboxRun run(PreparedProgram program, OutputSink sink) throws SandboxException, InterruptedException {
        if (!used.compareAndSet(false, true)) {
            throw new IllegalStateException("a sandbox runs once");
        }
        ScheduledFuture<?> deadline = closeAfter(program.limits().wallTime().plus(GRACE));
        var collector = new RunCollector(program.limits(), sink);
        var pump = new StdinPump(this::send);
        Thread feeder = null;
        try {
            send(firstFrames(program, pump));
            if (!StdinPump.fits(program.stdin())) {
                feeder = Thread.startVirtualThread(() -> feed(pump, program.stdin()));
            }
            return collector.collect(reader, pump);
        } catch (ClosedByInterruptException e) {
            Thread.interrupted();
            throw (InterruptedException) new InterruptedException("interrupted while the program ran").initCause(e);
        } catch (ProtocolException e) {
            throw new SandboxException("the sandbox broke: " + e.getMessage(), collector.started());
        } catch (IOException e) { // its end, or a reset when there was input that it had not read
            if (closed.get()) { // whether it had started the program, and did not get to say so, nobody knows
                throw new SandboxException("the sandbox did not answer in time", true);
            }
            if ((collector.started() || mayFillMemory(program)) && container.isOutOfMemory()) {
                return collector.outOfMemory();
            }
            throw new SandboxException("the sandbox vanished: " + e.getMessage(), collector.started() || !container.hasReportedAll());
        } finally {
            deadline.cancel(false);
            if (feeder != null) {
                feeder.interrupt();
            }
        }
    }

    @Override
    public HeldSandbox hold(PreparedProgram program, HeldSandbox.Terms terms) throws SandboxException {
        if (!used.compareAndSet(false, true)) {
            throw new IllegalStateException("a sandbox is held once");
        }
        var hold = new AgentHold(program.limits(), terms, program.command().isEmpty(), this::send);
        ScheduledFuture<?> deadline = closeAfter(terms.time().plus(GRACE));
        try {
            var frames = new FrameWriter().program(program, terms.time(), terms.cpuTime());
            for (SourceFile file : program.files()) {
                frames.file(file);
            }
            send(frames.empty(FrameType.HOLD).frames());
        } catch (IOException e) {
            deadline.cancel(false);
            throw new SandboxException("the sandbox vanished: " + e.getMessage(), e);
        }
        Thread.ofVirtual().name("held-" + id()).start(() -> {
            Outcome end = hold.listen(reader);
            deadline.cancel(false);
            terms.over().accept(end instanceof Outcome.Failed && !closed.get() && isOutOfMemory() ? new Outcome.OutOfMemory(program.limits().memoryBytes(), program.limits().memoryBytes()) : end);
        });
        hold.awaitStarted(GRACE);
        return hold;
    }

    private boolean isOutOfMemory() {
        try {
            return container.isOutOfMemory();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Whether a program can be out of memory before it starts: its files are written to the sandbox's memory.
    private static boolean mayFillMemory(PreparedProgram program) {
        return program.files().stream().mapToLong(file -> file.content().length).sum() > program.limits().memoryBytes() / 4;
    }

    private static ByteBuffer firstFrames(PreparedProgram program, StdinPump pump) throws IOException {
        var frames = new FrameWriter().program(program);
        if (program.stdin() instanceof Stdin.Terminal terminal) {
            frames.window(FrameType.TTY, terminal.size());
        }
        for (SourceFile file : program.files()) {
            frames.file(file);
        }
        if (StdinPump.fits(program.stdin()) && program.stdin() instanceof Stdin.Bytes(byte[] content)) {
            pump.claim(content.length);
            frames.stdin(content, 0, content.length).empty(FrameType.STDIN_END);
        }
        return frames.empty(FrameType.GO).frames();
    }

    private static void feed(StdinPump pump, Stdin stdin) {
        try {
            pump.pump(
                    switch (stdin) {
                        case Stdin.Bytes(byte[] content) -> new ByteArrayInputStream(content);
                        case Stdin.Live(var stream) -> stream;
                        case Stdin.Terminal(var stream, _, _) -> stream;
                    });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // The run is over, or its reader on the other side reports the broken channel.
            System.getLogger(AgentSandbox.class.getName()).log(System.Logger.Level.DEBUG, "input ended early", e);
        }
    }

    @Override
    public void signal(int number) throws SandboxException {
        try {
            send(new FrameWriter().signal(number).frames());
        } catch (IOException e) {
            throw new SandboxException("the signal did not reach the sandbox", e);
        }
    }

    @Override
    public void resizeTerminal(WindowSize size) throws SandboxException {
        try {
            send(new FrameWriter().window(FrameType.RESIZE, size).frames());
        } catch (IOException e) {
            throw new SandboxException("the terminal's size did not reach the sandbox", e);
        }
    }

    private void send(ByteBuffer frames) throws IOException {
        writing.lock();
        try {
            channel.write(frames);
        } finally {
            writing.unlock();
        }
    }

    private ScheduledFuture<?> closeAfter(Duration patience) {
        return timer.schedule(() -> Thread.startVirtualThread(this::close), patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            channel.close();
            container.destroy();
        }
    }
}
