package dev.mayfly.testing;

import dev.mayfly.docker.DockerSettings;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The engine's socket, which can be taken away without stopping the engine.
public final class EngineCable implements AutoCloseable {
    private final Path socket;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private ServerSocketChannel server;

    public EngineCable(Path socket) throws IOException {
        this.socket = socket;
        plugIn();
    }

    public Path socket() {
        return socket;
    }

    public void plugIn() throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        ServerSocketChannel listening = server;
        Thread.startVirtualThread(() -> accept(listening));
    }

    public void pullOut() throws IOException {
        server.close();
        Files.delete(socket);
        for (SocketChannel channel : open) {
            channel.close();
        }
    }

    private void accept(ServerSocketChannel listening) {
        try {
            while (true) {
                SocketChannel client = listening.accept();
                SocketChannel engine = SocketChannel.open(UnixDomainSocketAddress.of(DockerSettings.DEFAULT_HOST.getPath()));
                open.add(client);
                open.add(engine);
                Thread.startVirtualThread(() -> copy(client, engine));
                Thread.startVirtualThread(() -> copy(engine, client));
            }
        } catch (IOException e) {
            open.removeIf(channel -> !channel.isOpen()); // pulled out
        }
    }

    private static void copy(SocketChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocate(65536);
        try (from; to) {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
            }
        } catch (IOException e) {
            buffer.clear(); // pulled out
        }
    }

    @Override
    public void close() throws IOException {
        pullOut();
    }
}
