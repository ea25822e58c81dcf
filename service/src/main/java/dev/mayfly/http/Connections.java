package dev.mayfly.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.vertx.core.impl.VertxBuilder;
import io.vertx.core.impl.transports.JDKTransport;
import io.vertx.core.spi.VertxServiceProvider;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.config.ConfigProvider;

/// Connections as the service takes them from the kernel: at most so many of one address, so that no one of them takes
/// every connection that there may be. One too many is closed before a byte of it is read. Vert.x has no handle for
/// this but the transport that its servers stand on.
public final class Connections implements VertxServiceProvider {
    private static final int IPV6_BYTES = 16;
    private static final int IPV6_NETWORK_BYTES = 8;
    static final String MAX_PER_ADDRESS = "mayfly.http.max-connections-per-address";

    @Override
    public void init(VertxBuilder builder) {
        // not where quarkus.vertx.prefer-native-transport has chosen another, which stays without a cap
        if (builder.findTransport() instanceof JDKTransport) {
            ConfigProvider.getConfig().getOptionalValue(MAX_PER_ADDRESS, Integer.class).ifPresent(max -> builder.findTransport(new Capped(max)));
        }
    }

    /// The same of an address as text; that itself where it is none.
    static String counted(String literal) {
        try {
            return literal.indexOf(':') < 0 ? literal : counted(InetAddress.ofLiteral(literal)).getHostAddress();
        } catch (IllegalArgumentException e) {
            return literal;
        }
    }

    /// The address under which a client is counted. One host may have all addresses of an IPv6 network of 64 bits, so
    /// they count as one.
    static InetAddress counted(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return address;
        }
        byte[] network = Arrays.copyOf(Arrays.copyOf(address.getAddress(), IPV6_NETWORK_BYTES), IPV6_BYTES);
        try {
            return InetAddress.getByAddress(network);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // of another length only
        }
    }

    private static final class Capped extends JDKTransport {
        private final int max;

        Capped(int max) {
            this.max = max;
        }

        @Override
        public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
            return domainSocket ? super.serverChannelFactory(true) : () -> new CappedServer(max);
        }
    }

    private static final class CappedServer extends NioServerSocketChannel {
        private final int max;
        private final Map<InetAddress, Integer> open = new ConcurrentHashMap<>();

        CappedServer(int max) {
            this.max = max;
        }

        @Override
        protected int doReadMessages(List<Object> accepted) throws Exception {
            int count = super.doReadMessages(accepted);
            if (count > 0 && !take((Channel) accepted.getLast())) {
                ((Channel) accepted.removeLast()).unsafe().closeForcibly();
            }
            return count;
        }

        /// Whether there is room for it.
        private boolean take(Channel connection) {
            if (!(connection.remoteAddress() instanceof InetSocketAddress remote) || remote.getAddress() == null) {
                return true; // it has gone already
            }
            InetAddress address = counted(remote.getAddress());
            if (open.getOrDefault(address, 0) >= max) {
                return false;
            }
            open.merge(address, 1, Integer::sum);
            connection.closeFuture().addListener(closed -> open.computeIfPresent(address, (of, number) -> number == 1 ? null : number - 1));
            connection.pipeline().addLast(new BareAnswers.Placing());
            return true;
        }
    }
}
