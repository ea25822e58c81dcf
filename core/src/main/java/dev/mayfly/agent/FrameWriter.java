package dev.mayfly.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.Limits;
import dev.mayfly.sandbox.PreparedProgram;
import dev.mayfly.sandbox.ProcessSpec;
import dev.mayfly.sandbox.SourceFile;
import dev.mayfly.sandbox.WindowSize;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Collects frames to the agent, so that a whole program goes out in one write.
final class FrameWriter {
    static final int PROTOCOL_VERSION = 1;
    private static final int CHUNK_BYTES = 1 << 16;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
    private final DataOutputStream out = new DataOutputStream(bytes);

    ByteBuffer frames() {
        return ByteBuffer.wrap(bytes.toByteArray());
    }

    FrameWriter program(PreparedProgram program) throws IOException {
        return program(program, program.limits().wallTime(), program.limits().cpuTime());
    }

    /// @param time in place of the program's own limit, as `cpuTime` is
    FrameWriter program(PreparedProgram program, Duration time, Duration cpuTime) throws IOException {
        FrameWriter payload = new FrameWriter();
        Limits limits = program.limits();
        payload.out.writeByte(PROTOCOL_VERSION);
        payload.out.writeLong(time.toNanos());
        payload.out.writeLong(cpuTime.toNanos());
        payload.out.writeLong(limits.outputBytes());
        payload.out.writeLong(program.budget().bytes());
        payload.out.writeInt(program.budget().files());
        payload.out.writeInt(limits.openFiles());
        payload.out.writeInt((int) limits.of(LimitAxis.CPUS));
        payload.string(program.entrypoint());
        boolean started = !program.command().isEmpty();
        payload.strings(started ? Stream.concat(program.command().stream(), program.args().stream()).toList() : List.of());
        payload.strings(started ? List.of() : program.args());
        payload.strings(pairs(program.env()));
        payload.strings(program.outputs());
        return frame(FrameType.PROGRAM, payload);
    }

    FrameWriter process(int id, ProcessSpec spec) throws IOException {
        FrameWriter payload = new FrameWriter();
        payload.out.writeInt(id);
        payload.out.writeByte(switch (spec.kind()) {
            case PLAIN -> 'c';
            case AT_TERMINAL -> 't';
            case OF_CELLS -> 'n';
            case OF_FILES -> 'f';
        });
        payload.out.writeShort(spec.terminal().map(WindowSize::rows).orElse(0));
        payload.out.writeShort(spec.terminal().map(WindowSize::cols).orElse(0));
        payload.string(spec.folder());
        payload.strings(spec.command());
        payload.strings(pairs(spec.env()));
        return frame(FrameType.PROCESS, payload);
    }

    FrameWriter feed(int id, byte stream, byte[] content, int offset, int length) {
        byte[] payload = ByteBuffer.allocate(Integer.BYTES + 1 + length).putInt(id).put(stream).put(content, offset, length).array();
        return written(FrameType.FEED, payload);
    }

    FrameWriter endOfInput(int id) {
        return written(FrameType.FEED_END, ByteBuffer.allocate(Integer.BYTES).putInt(id).array());
    }

    FrameWriter signalTo(int id, int number) {
        return written(FrameType.SIGNAL_TO, ByteBuffer.allocate(Integer.BYTES + 1).putInt(id).put((byte) number).array());
    }

    FrameWriter resizeOf(int id, WindowSize size) {
        return written(FrameType.RESIZE_OF, ByteBuffer.allocate(Integer.BYTES + 2 * Short.BYTES).putInt(id).putShort((short) size.rows()).putShort((short) size.cols()).array());
    }

    private FrameWriter written(FrameType type, byte[] payload) {
        try {
            return frame(type, payload, 0, payload.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // none to memory
        }
    }

    private static List<String> pairs(Map<String, String> env) {
        return env.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
    }

    FrameWriter file(SourceFile file) throws IOException {
        FrameWriter path = new FrameWriter();
        path.string(file.path());
        byte[] name = path.bytes.toByteArray();
        frame(FrameType.FILE, name, 0, name.length);
        chunked(FrameType.DATA, file.content());
        return file.executable() ? empty(FrameType.EXECUTABLE) : this;
    }

    FrameWriter stdin(byte[] content, int offset, int length) throws IOException {
        return length == 0 ? this : frame(FrameType.STDIN, content, offset, length);
    }

    FrameWriter empty(FrameType type) throws IOException {
        return frame(type, new byte[0], 0, 0);
    }

    FrameWriter signal(int number) throws IOException {
        return frame(FrameType.SIGNAL, new byte[] {(byte) number}, 0, 1);
    }

    /// `TTY` or `RESIZE`.
    FrameWriter window(FrameType type, WindowSize size) throws IOException {
        byte[] payload = ByteBuffer.allocate(2 * Short.BYTES).putShort((short) size.rows()).putShort((short) size.cols()).array();
        return frame(type, payload, 0, payload.length);
    }

    private FrameWriter chunked(FrameType type, byte[] content) throws IOException {
        for (int at = 0; at < content.length; at += CHUNK_BYTES) {
            frame(type, content, at, Math.min(CHUNK_BYTES, content.length - at));
        }
        return this;
    }

    private FrameWriter frame(FrameType type, FrameWriter payload) throws IOException {
        byte[] content = payload.bytes.toByteArray();
        if (content.length > Frame.MAX_PAYLOAD_BYTES) {
            throw new ProtocolException("arguments, environment and patterns have %d bytes, more than a frame holds".formatted(content.length));
        }
        return frame(type, content, 0, content.length);
    }

    private FrameWriter frame(FrameType type, byte[] payload, int offset, int length) throws IOException {
        out.writeInt(length);
        out.writeByte(type.code);
        out.write(payload, offset, length);
        return this;
    }

    private void strings(List<String> values) throws IOException {
        out.writeShort(values.size());
        for (String value : values) {
            string(value);
        }
    }

    private void string(String value) throws IOException {
        byte[] encoded = value.getBytes(UTF_8);
        out.writeInt(encoded.length);
        out.write(encoded);
    }
}
