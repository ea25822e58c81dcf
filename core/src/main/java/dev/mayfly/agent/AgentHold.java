package dev.mayfly.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mayfly.sandbox.HeldProcess;
import dev.mayfly.sandbox.HeldSandbox;
import dev.mayfly.sandbox.Limits;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.OutputChunk;
import dev.mayfly.sandbox.ProcessSpec;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.Usage;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Hands the frames of a held sandbox to those who listen for its processes.
final class AgentHold implements HeldSandbox {
    private static final System.Logger LOG = System.getLogger(AgentHold.class.getName());
    private static final byte STDOUT = 1;
    private static final byte STDERR = 2;
    private static final byte CELLS = 3;

    private final Limits limits;
    private final Terms terms;
    private final StdinPump.FrameSender sender;
    private final Map<Integer, AgentProcess> processes = new ConcurrentHashMap<>();
    private final AtomicInteger ids = new AtomicInteger();
    private final AtomicReference<@Nullable CompletableFuture<Usage>> asked = new AtomicReference<>();
    private final CompletableFuture<Boolean> started = new CompletableFuture<>();
    private final Optional<HeldProcess> interpreter;
    private volatile boolean over;

    /// @param waits whether the interpreter that waits takes the program
    AgentHold(Limits limits, Terms terms, boolean waits, StdinPump.FrameSender sender) {
        this.limits = limits;
        this.terms = terms;
        this.sender = sender;
        interpreter = waits ? Optional.of(enter(0, terms.interpreter())) : Optional.empty();
    }

    private AgentProcess enter(int id, ProcessListener listener) {
        var process = new AgentProcess(id, listener, sender);
        processes.put(id, process);
        return process;
    }

    @Override
    public Optional<HeldProcess> interpreter() {
        return interpreter;
    }

    @Override
    public HeldProcess start(ProcessSpec spec, ProcessListener listener) throws SandboxException {
        AgentProcess process = enter(ids.incrementAndGet(), listener);
        try {
            sender.send(new FrameWriter().process(process.id(), spec).frames());
        } catch (IOException e) {
            processes.remove(process.id());
            throw new SandboxException("the sandbox is gone", e);
        }
        if (over) { // it may have missed the end
            lose(process);
        }
        return process;
    }

    @Override
    public Usage usage(Duration patience) throws SandboxException, InterruptedException {
        var mine = new CompletableFuture<Usage>();
        boolean isFirst = asked.compareAndSet(null, mine);
        CompletableFuture<Usage> answer = isFirst ? mine : asked.get();
        if (over) {
            throw new SandboxException("the sandbox is gone", true);
        }
        if (isFirst) {
            Thread.ofVirtual().name("usage").start(this::askUsage); // an agent that does not read holds up nobody
        }
        try {
            return answer == null ? usage(patience) : answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new SandboxException("the sandbox does not say what it has used", e);
        }
    }

    private void askUsage() {
        try {
            sender.send(new FrameWriter().empty(FrameType.ASK_USAGE).frames());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the sandbox has gone", e);
        }
    }

    /// Waits until the agent holds the sandbox.
    void awaitStarted(Duration patience) throws SandboxException {
        try {
            started.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new SandboxException("the sandbox cannot be held", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("interrupted before the sandbox was held", e);
        }
    }

    /// Until the sandbox is no more; returns why.
    Outcome listen(FrameReader reader) {
        try {
            return readFrames(reader);
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return broken("a frame is malformed");
        } catch (IOException e) {
            return broken(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) { // of a listener: a fault of ours ends one session, and not in silence
            LOG.log(System.Logger.Level.ERROR, "a held sandbox is given up", e);
            return broken("a fault of the service");
        } finally {
            endAll();
        }
    }

    private void endAll() {
        over = true;
        started.completeExceptionally(new SandboxException("the sandbox vanished", false));
        processes.values().forEach(this::lose);
        CompletableFuture<Usage> waiting = asked.getAndSet(null);
        if (waiting != null) {
            waiting.completeExceptionally(new SandboxException("the sandbox is gone", true));
        }
    }

    private static Outcome broken(String reason) {
        return new Outcome.Failed("the sandbox vanished: " + reason, false);
    }

    private void lose(AgentProcess process) {
        if (processes.remove(process.id(), process)) {
            process.ended(broken("its processes ended with it"), Usage.NONE);
        }
    }

    private Outcome readFrames(FrameReader reader) throws IOException {
        while (true) {
            Frame frame = reader.next();
            ByteBuffer payload = frame.payload();
            switch (frame.type()) {
                case STARTED -> started.complete(true);
                case OUTPUT -> output(payload, frame);
                case FED -> {
                    AgentProcess process = process(payload.getInt());
                    process.taken(payload.get(), payload.getInt());
                }
                case ENDED -> ended(payload);
                case USAGE -> used(payload);
                case OVER -> {
                    return over(payload.get());
                }
                case REFUSED -> throw new ProtocolException(UTF_8.decode(payload).toString());
                default -> throw new ProtocolException("%s is not the agent's to send".formatted(frame.type()));
            }
        }
    }

    private AgentProcess process(int id) throws ProtocolException {
        AgentProcess process = processes.get(id);
        if (process == null) {
            throw new ProtocolException("process %d is unknown".formatted(id));
        }
        return process;
    }

    private void output(ByteBuffer payload, Frame frame) throws ProtocolException {
        ProcessListener listener = process(payload.getInt()).listener();
        byte stream = payload.get();
        byte[] bytes = frame.rest();
        switch (stream) {
            case STDOUT -> listener.output(OutputChunk.Stream.STDOUT, bytes);
            case STDERR -> listener.output(OutputChunk.Stream.STDERR, bytes);
            case CELLS -> listener.cells(bytes);
            default -> throw new ProtocolException("stream %d is unknown".formatted(stream));
        }
    }

    private void ended(ByteBuffer payload) throws ProtocolException {
        AgentProcess process = process(payload.getInt());
        char cause = (char) payload.get();
        int value = Byte.toUnsignedInt(payload.get());
        var usage = new Usage(nanos(payload), nanos(payload), nanos(payload), payload.getLong(), 0);
        Outcome outcome =
                switch (cause) {
                    case 'x' -> new Outcome.Exited(value);
                    case 's' -> new Outcome.Signaled(value);
                    case 'm' -> new Outcome.OutOfMemory(usage.peakMemoryBytes(), limits.memoryBytes());
                    default -> throw new ProtocolException("cause '%c' is unknown".formatted(cause));
                };
        processes.remove(process.id());
        process.ended(outcome, usage);
    }

    private static Duration nanos(ByteBuffer payload) {
        return Duration.ofNanos(payload.getLong());
    }

    private void used(ByteBuffer payload) throws ProtocolException {
        CompletableFuture<Usage> waiting = asked.getAndSet(null);
        if (waiting == null) {
            throw new ProtocolException("nobody asked for its usage");
        }
        waiting.complete(new Usage(Duration.ZERO, nanos(payload), nanos(payload), payload.getLong(), payload.getInt()));
    }

    private Outcome over(byte cause) throws ProtocolException {
        return switch (cause) {
            case 'w' -> new Outcome.TimedOut(Outcome.Clock.WALL_TIME, terms.time(), terms.time());
            case 'c' -> new Outcome.TimedOut(Outcome.Clock.CPU_TIME, terms.cpuTime(), terms.cpuTime());
            default -> throw new ProtocolException("cause '%c' is unknown".formatted((char) cause));
        };
    }
}
