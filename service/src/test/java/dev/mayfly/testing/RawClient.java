package dev.mayfly.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// A connection on which anything at all can be sent.
public final class RawClient implements AutoCloseable {
    public static final String WEBSOCKET_REQUEST = """
            GET /v1/executions/interactive HTTP/1.1\r
            Host: localhost\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            \r
            """;

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Socket socket;

    public RawClient(URI service) throws IOException {
        this(service, PATIENCE);
    }

    /// @param patience how long nothing may come
    public RawClient(URI service, Duration patience) throws IOException {
        this(new Socket(service.getHost(), service.getPort()), patience);
    }

    /// @param address of this host, from which it comes: any that begins with 127
    public RawClient(URI service, InetAddress address) throws IOException {
        this(new Socket(service.getHost(), service.getPort(), address, 0), PATIENCE);
    }

    private RawClient(Socket socket, Duration patience) throws IOException {
        this.socket = socket;
        socket.setSoTimeout((int) patience.toMillis());
        socket.setTcpNoDelay(true);
    }

    public void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    public void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// The status line and headers of the next answer, to the empty line behind them.
    public String readHead() throws IOException {
        var head = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("closed after: " + head);
            }
            head.append((char) next);
        }
        return head.toString();
    }

    /// So many bytes.
    public String read(int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.ISO_8859_1);
    }

    /// Everything until the other side closes; what came until then when it resets or says nothing more.
    public String readAll() throws IOException {
        var all = new ByteArrayOutputStream();
        byte[] chunk = new byte[8192];
        try {
            InputStream in = socket.getInputStream();
            for (int length; (length = in.read(chunk)) >= 0; ) {
                all.write(chunk, 0, length);
            }
        } catch (SocketException | SocketTimeoutException e) {
            all.writeBytes((" (" + e.getMessage() + ")").getBytes(StandardCharsets.ISO_8859_1));
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
