package dev.mayfly.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReadAheadTest {
    private final ByteBuffer ahead = ByteBuffer.allocate(64).flip();
    private SocketChannel socket;
    private SocketChannel other;

    @BeforeEach
    void connect() throws IOException {
        try (var listener = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            socket = SocketChannel.open(listener.getLocalAddress());
            other = listener.accept();
        }
    }

    @AfterEach
    void close() throws IOException {
        socket.close();
        other.close();
    }

    @Test
    void silentOtherSideIsStillThere() {
        assertThat(ReadAhead.isOpen(socket, ahead)).isTrue();
        assertThat(ahead.hasRemaining()).isFalse();
        assertThat(socket.isBlocking()).isTrue();
    }

    @Test
    void whatItSaidIsKeptInOrder() throws IOException {
        other.write(UTF_8.encode("first"));
        await().until(() -> ReadAhead.isOpen(socket, ahead) && ahead.remaining() == 5);
        assertThat(ahead.get()).isEqualTo((byte) 'f');
        other.write(UTF_8.encode(" second"));
        await().until(() -> ReadAhead.isOpen(socket, ahead) && ahead.remaining() == 11);
        assertThat(UTF_8.decode(ahead).toString()).isEqualTo("irst second");
    }

    @Test
    void otherSideThatLeftIsGoneAlsoWhereItSaidSomethingBefore() throws IOException {
        other.write(UTF_8.encode("last"));
        other.close();
        await().until(() -> !ReadAhead.isOpen(socket, ahead));
        assertThat(UTF_8.decode(ahead).toString()).isEqualTo("last");
    }

    @Test
    void closedSocketIsNotOpen() throws IOException {
        socket.close();
        assertThat(ReadAhead.isOpen(socket, ahead)).isFalse();
    }
}
