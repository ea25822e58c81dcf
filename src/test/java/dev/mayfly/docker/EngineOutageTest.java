package dev.mayfly.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.pool.NoSandboxException;
import dev.mayfly.pool.PoolSettings;
import dev.mayfly.pool.WarmPool;
import dev.mayfly.pool.WarmTarget;
import dev.mayfly.testing.TestEngine;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An engine that goes away is told at once and found again without a restart, and what it left is reaped.
class EngineOutageTest {
    /// The engine's socket, which can be taken away without stopping the engine.
    private static final class Cable implements AutoCloseable {
        private final Path socket;
        private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
        private ServerSocketChannel server;

        Cable(Path socket) throws IOException {
            this.socket = socket;
            plugIn();
        }

        void plugIn() throws IOException {
            server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(socket));
            ServerSocketChannel listening = server;
            Thread.startVirtualThread(() -> accept(listening));
        }

        void pullOut() throws IOException {
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

    @TempDir
    Path folder;

    @Test
    void engineThatGoesAwayIsToldAndFoundAgain() throws Exception {
        Path socket = folder.resolve("docker.sock");
        try (var cable = new Cable(socket);
                var engine = new TestEngine(EngineOutageTest.class, URI.create("unix://" + socket));
                var pool = new WarmPool(engine.engine(), new PoolSettings(4, 1L << 40, 8, 2, Duration.ofMinutes(5)))) {
            // given a pool with a box that waits
            var spec = engine.spec("python");
            pool.keep(spec, new WarmTarget(1, 1));
            await().until(() -> pool.stats().ready() == 1);
            // when the engine goes away
            cable.pullOut();
            await().until(() -> pool.stats().engineDown());
            assertThatThrownBy(() -> pool.lease(spec, Duration.ofSeconds(5))).isInstanceOfSatisfying(
                    NoSandboxException.class, e -> assertThat(e.reason()).isEqualTo(NoSandboxException.Reason.ENGINE_DOWN));
            // then it is found again by itself
            cable.plugIn();
            await().atMost(Duration.ofSeconds(20)).until(() -> !pool.stats().engineDown() && pool.stats().ready() == 1);
            try (var lease = pool.lease(spec, Duration.ofSeconds(5))) {
                var job = TestEngine.job("python", "print(1)");
                assertThat(lease.sandbox().run(job, chunk -> {}).stdoutBytes()).isEqualTo(2);
            }
            pool.close();
            // and the box whose destruction the outage prevented ended with its connection
            await().until(() -> engine.containers().isEmpty());
        }
    }
}
