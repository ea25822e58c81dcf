package dev.mayfly.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// Whether the other side of a connection is still there, seen without waiting for it.
public final class ReadAhead {
    private ReadAhead() {}

    /// @param ahead ready to be read from; what has come is added to it
    public static boolean isOpen(SocketChannel socket, ByteBuffer ahead) {
        if (!socket.isOpen()) {
            return false;
        }
        try {
            socket.configureBlocking(false);
            ahead.compact();
            int length = socket.read(ahead);
            ahead.flip();
            socket.configureBlocking(true);
            return length >= 0;
        } catch (IOException e) {
            return false;
        }
    }
}
