package dev.mayfly.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mayfly.sandbox.Limits;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.OutputChunk;
import dev.mayfly.sandbox.OutputFile;
import dev.mayfly.sandbox.OutputSink;
import dev.mayfly.sandbox.SandboxRun;
import dev.mayfly.sandbox.Usage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Turns the frames of one run into chunks for the sink and one result.
final class RunCollector {
    private final Limits limits;
    private final OutputSink sink;
    private final List<OutputFile> files = new ArrayList<>();
    private final List<OutputFile.Skipped> skipped = new ArrayList<>();
    private @Nullable String openPath;
    private final ByteArrayOutputStream openContent = new ByteArrayOutputStream();
    private long sequence;
    private long stdoutBytes;
    private long stderrBytes;
    private boolean started;

    RunCollector(Limits limits, OutputSink sink) {
        this.limits = limits;
        this.sink = sink;
    }

    boolean started() {
        return started;
    }

    /// Reads to the end of the run. Throws `ProtocolException` for frames that are out of turn or too short.
    SandboxRun collect(FrameReader reader, StdinPump pump) throws IOException, InterruptedException {
        try {
            return collectFrames(reader, pump);
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new ProtocolException("a frame is malformed");
        }
    }

    private SandboxRun collectFrames(FrameReader reader, StdinPump pump) throws IOException, InterruptedException {
        while (true) {
            Frame frame = reader.next();
            ByteBuffer payload = frame.payload();
            switch (frame.type()) {
                case STARTED -> {
                    started = true;
                    sink.started();
                }
                case STDOUT -> stdoutBytes += forward(OutputChunk.Stream.STDOUT, frame);
                case STDERR -> stderrBytes += forward(OutputChunk.Stream.STDERR, frame);
                case STDIN_TAKEN -> pump.taken(payload.getInt());
                case OUT_FILE -> {
                    closeFile();
                    payload.getLong(); // the size; the content has it again
                    openPath = UTF_8.decode(payload).toString();
                }
                case OUT_DATA -> openContent.writeBytes(frame.rest());
                case OUT_SKIPPED -> skipped.add(skipped(UTF_8.decode(payload).toString()));
                case EXIT -> {
                    closeFile();
                    return ended(payload);
                }
                case REFUSED -> throw new ProtocolException(UTF_8.decode(payload).toString());
                default -> throw new ProtocolException("%s is not the agent's to send".formatted(frame.type()));
            }
        }
    }

    /// The result when the kernel took PID 1 along with the program.
    SandboxRun outOfMemory() {
        var outcome = new Outcome.OutOfMemory(limits.memoryBytes(), limits.memoryBytes());
        return new SandboxRun(outcome, Usage.NONE, stdoutBytes, stderrBytes, Duration.ZERO, files, skipped);
    }

    private int forward(OutputChunk.Stream stream, Frame frame) throws InterruptedException {
        Duration elapsed = Duration.ofNanos(frame.payload().getLong());
        byte[] bytes = frame.rest();
        sink.accept(new OutputChunk(stream, ++sequence, elapsed, bytes));
        return bytes.length;
    }

    private void closeFile() {
        if (openPath != null) {
            files.add(new OutputFile(openPath, openContent.toByteArray()));
            openContent.reset();
            openPath = null;
        }
    }

    private static OutputFile.Skipped skipped(String reasonAndPath) {
        int end = reasonAndPath.indexOf('\0');
        return new OutputFile.Skipped(reasonAndPath.substring(end + 1), reasonAndPath.substring(0, Math.max(end, 0)));
    }

    private SandboxRun ended(ByteBuffer exit) throws ProtocolException {
        char cause = (char) exit.get();
        int value = Byte.toUnsignedInt(exit.get());
        Duration wall = Duration.ofNanos(exit.getLong());
        Duration drain = Duration.ofNanos(exit.getLong());
        Duration user = Duration.ofNanos(exit.getLong());
        Duration system = Duration.ofNanos(exit.getLong());
        long peakMemory = exit.getLong();
        long writtenOut = exit.getLong();
        long writtenErr = exit.getLong();
        int peakPids = exit.getInt();
        Outcome outcome =
                switch (cause) {
                    case 'x' -> new Outcome.Exited(value);
                    case 's' -> new Outcome.Signaled(value);
                    case 'w' -> new Outcome.TimedOut(Outcome.Clock.WALL_TIME, wall, limits.wallTime());
                    case 'c' -> new Outcome.TimedOut(Outcome.Clock.CPU_TIME, user.plus(system), limits.cpuTime());
                    case 'm' -> new Outcome.OutOfMemory(peakMemory, limits.memoryBytes());
                    case 'o' -> new Outcome.OutputLimit(writtenOut + writtenErr, limits.outputBytes());
                    default -> throw new ProtocolException("cause '%c' is unknown".formatted(cause));
                };
        var usage = new Usage(wall, user, system, peakMemory, peakPids);
        return new SandboxRun(outcome, usage, writtenOut, writtenErr, drain, files, skipped);
    }
}
