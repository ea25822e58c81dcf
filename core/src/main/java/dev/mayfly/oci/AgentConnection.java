package dev.mayfly.oci;

import dev.mayfly.agent.AgentChannel;
import dev.mayfly.agent.ReadAhead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// The agent's stdin and stdout, with nothing in between. Virtual threads that wait in `read` cost no platform thread.
final class AgentConnection implements AgentChannel {
    private final SocketChannel socket;
    private final ByteBuffer peeked = ByteBuffer.allocate(256).flip();

    AgentConnection(SocketChannel socket) {
        this.socket = socket;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        if (!peeked.hasRemaining()) {
            return socket.read(into);
        }
        int length = Math.min(peeked.remaining(), into.remaining());
        into.put(peeked.slice(peeked.position(), length));
        peeked.position(peeked.position() + length);
        return length;
    }

    @Override
    public void write(ByteBuffer from) throws IOException {
        while (from.hasRemaining()) {
            socket.write(from);
        }
    }

    /// Peeks without waiting. What a warm sandbox says here is kept for `read`.
    @Override
    public boolean isOpen() {
        return ReadAhead.isOpen(socket, peeked);
    }

    @Override
    public void close() {
        Quietly.close(socket);
    }
}
