package dev.mayfly.agent;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Cuts the agent's byte stream into frames. Not thread-safe.
final class FrameReader {
    private final AgentChannel channel;
    private ByteBuffer buffer = ByteBuffer.allocate(8192).flip();

    FrameReader(AgentChannel channel) {
        this.channel = channel;
    }

    /// Blocks for the next frame.
    ///
    /// @throws EOFException the agent is gone
    /// @throws ProtocolException what came is no frame
    Frame next() throws IOException {
        require(Frame.HEADER_BYTES);
        int length = buffer.getInt();
        FrameType type = FrameType.of(buffer.get());
        if (length < 0 || length > Frame.MAX_PAYLOAD_BYTES) {
            throw new ProtocolException("a frame of %d bytes is too long".formatted(length));
        }
        require(length);
        ByteBuffer payload = buffer.slice(buffer.position(), length);
        buffer.position(buffer.position() + length);
        return new Frame(type, payload);
    }

    private void require(int bytes) throws IOException {
        if (buffer.remaining() >= bytes) {
            return;
        }
        if (buffer.capacity() < bytes) {
            buffer = ByteBuffer.allocate(Math.max(bytes, 65536)).put(buffer);
        } else {
            buffer.compact();
        }
        while (buffer.position() < bytes) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("the sandbox is gone");
            }
        }
        buffer.flip();
    }
}
