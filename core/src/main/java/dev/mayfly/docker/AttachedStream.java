package dev.mayfly.docker;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.mayfly.agent.AgentChannel;
import dev.mayfly.agent.ReadAhead;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/// One container's stdin and stdout over one hijacked connection to the engine.
///
/// After the engine's 101 the connection carries raw bytes towards the container and, from it, blocks of `[stream, 0,
/// 0, 0, u32 length, bytes]`:
/// https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach Virtual threads
/// that wait in `read` cost no platform thread.
final class AttachedStream implements AgentChannel {
    private static final int STDOUT = 1;
    private static final int BLOCK_HEADER_BYTES = 8;
    private static final int MAX_RESPONSE_HEAD = 8192;

    private final SocketChannel socket;
    private final ByteBuffer raw = ByteBuffer.allocate(1 << 16).order(ByteOrder.BIG_ENDIAN).flip();
    private int blockLeft;
    private boolean blockIsStdout;

    private AttachedStream(SocketChannel socket) {
        this.socket = socket;
    }

    /// Attaches to a container that has not started yet, so that not a byte is lost.
    ///
    /// @param timer ends the attempt when the engine has not answered within the patience
    static AttachedStream open(URI engine, String containerId, ScheduledExecutorService timer, Duration patience) throws IOException {
        SocketChannel socket = "unix".equals(engine.getScheme()) ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
        ScheduledFuture<?> deadline = timer.schedule(() -> close(socket), patience.toMillis(), TimeUnit.MILLISECONDS);
        try {
            socket.connect("unix".equals(engine.getScheme())
                    ? UnixDomainSocketAddress.of(Path.of(engine.getPath()))
                    : new InetSocketAddress(engine.getHost(), engine.getPort()));
            var stream = new AttachedStream(socket);
            stream.write(ByteBuffer.wrap("""
                    POST /containers/%s/attach?stream=1&stdin=1&stdout=1&stderr=1 HTTP/1.1\r
                    Host: docker\r
                    Connection: Upgrade\r
                    Upgrade: tcp\r
                    Content-Length: 0\r
                    \r
                    """.formatted(containerId).getBytes(US_ASCII)));
            stream.readResponseHead();
            return stream;
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (AsynchronousCloseException e) {
            throw new IOException("the engine did not answer in %d s".formatted(patience.toSeconds()), e);
        } catch (IOException | RuntimeException e) {
            close(socket);
            throw e;
        } finally {
            deadline.cancel(false);
        }
    }

    private void readResponseHead() throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            if (!raw.hasRemaining() && !fill()) {
                throw new EOFException("the engine closed the connection instead of attaching");
            }
            head.append((char) raw.get());
            if (head.length() > MAX_RESPONSE_HEAD) {
                throw new IOException("the engine's answer to attach has no end");
            }
        }
        if (!head.toString().startsWith("HTTP/1.1 101") && !head.toString().startsWith("HTTP/1.1 200")) {
            throw new IOException("the engine refused to attach: " + head.substring(0, head.indexOf("\r\n")));
        }
    }

    private boolean fill() throws IOException {
        raw.clear();
        int length = socket.read(raw);
        raw.flip();
        return length >= 0;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        while (true) {
            if (blockLeft == 0) {
                if (!nextBlock()) {
                    return -1;
                }
                continue;
            }
            if (!raw.hasRemaining() && !fill()) {
                return -1;
            }
            int length = Math.min(Math.min(raw.remaining(), blockLeft), into.remaining());
            if (blockIsStdout) {
                into.put(raw.slice(raw.position(), length));
            }
            raw.position(raw.position() + length);
            blockLeft -= length;
            if (blockIsStdout && length > 0) {
                return length;
            }
        }
    }

    private boolean nextBlock() throws IOException {
        while (raw.remaining() < BLOCK_HEADER_BYTES) {
            raw.compact();
            int length = socket.read(raw);
            raw.flip();
            if (length < 0) {
                return false;
            }
        }
        blockIsStdout = raw.get() == STDOUT;
        raw.position(raw.position() + 3);
        blockLeft = raw.getInt();
        return true;
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
        return ReadAhead.isOpen(socket, raw);
    }

    @Override
    public void close() {
        close(socket);
    }

    private static void close(SocketChannel socket) {
        try {
            socket.close();
        } catch (IOException e) {
            System.getLogger(AttachedStream.class.getName()).log(System.Logger.Level.DEBUG, "close failed", e);
        }
    }
}
