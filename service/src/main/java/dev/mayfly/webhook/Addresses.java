package dev.mayfly.webhook;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// Which addresses a webhook may be sent to: those that everybody reaches, and the networks that the operator allows.
final class Addresses {
    private static final System.Logger LOG = System.getLogger(Addresses.class.getName());

    /// What is not globally reachable by https://www.iana.org/assignments/iana-ipv4-special-registry and
    /// …/iana-ipv6-special-registry, and what carries such an address within: 6to4, Teredo. An IPv4 address mapped
    /// into IPv6 is IPv4 to Java.
    private static final List<Network> SPECIAL = Stream.of(
                    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
                    "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
                    "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
            .map(Network::of)
            .toList();

    /// Where clouds describe their machines and hand them keys, on whatever network: https://aws.amazon.com
    /// (169.254.169.254, fd00:ec2::254, and for containers 169.254.170.2, 169.254.170.23, fd00:ec2::23), Google
    /// (fd20:ce::254), Azure (169.254.169.254, 168.63.129.16), Alibaba (100.100.100.200), Oracle (192.0.0.192,
    /// fd00:c1::a9fe:a9fe), Scaleway (169.254.42.42, fd00:42::42), OpenStack (fe80::a9fe:a9fe), Tencent
    /// (169.254.0.23). Nothing is sent there, whatever the operator allows.
    private static final List<Network> NEVER = Stream.of(
                    "169.254.0.0/16", "fe80::/10", "fd00:ec2::/32", "fd20:ce::/32", "fd00:c1::/32", "fd00:42::/32", "100.100.100.200/32", "168.63.129.16/32",
                    "192.0.0.192/32")
            .map(Network::of)
            .toList();

    /// Networks whose addresses carry one of IPv4 in their last bits: mapped, translated (NAT64,
    /// https://www.rfc-editor.org/rfc/rfc6052), compatible.
    private static final List<Network> CARRIERS = Stream.of("64:ff9b::/96", "64:ff9b:1::/48", "::/96", "::ffff:0:0:0/96").map(Network::of).toList();

    /// All that is assigned of IPv6 so far.
    private static final Network GLOBAL = Network.of("2000::/3");

    private final List<Network> allowed;
    private final Names names;

    /// Who knows a name's addresses.
    @FunctionalInterface
    interface Names {
        InetAddress[] addresses(String name) throws IOException;
    }

    /// @param allowed networks such as `10.1.0.0/16`
    Addresses(List<String> allowed) {
        this(allowed, InetAddress::getAllByName);
    }

    Addresses(List<String> allowed, Names names) {
        this.allowed = allowed.stream().map(Network::of).toList();
        this.names = names;
    }

    boolean allows(InetAddress address) {
        if (isOfACloud(address)) {
            return false;
        }
        if (allowed.stream().anyMatch(network -> network.contains(address))) {
            return true;
        }
        boolean global = address instanceof Inet4Address || GLOBAL.contains(address);
        return global && SPECIAL.stream().noneMatch(network -> network.contains(address)) && !isOurs(address);
    }

    private static boolean isOfACloud(InetAddress address) {
        return NEVER.stream().anyMatch(network -> network.contains(address))
                || (CARRIERS.stream().anyMatch(network -> network.contains(address)) && NEVER.stream().anyMatch(network -> network.contains(carried(address))));
    }

    private static InetAddress carried(InetAddress carrier) {
        byte[] all = carrier.getAddress();
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(all, all.length - Integer.BYTES, all.length));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an IPv4 address has four bytes", e);
        }
    }

    /// What goes to an address of this host passes no firewall.
    private static boolean isOurs(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return true;
        }
    }

    /// The address to connect to: it is the one that was checked, whatever the name resolves to the next time.
    ///
    /// @throws IOException the name is unknown, or any of its addresses is not allowed
    InetAddress resolve(String host) throws IOException {
        String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        InetAddress[] all = names.addresses(name);
        for (InetAddress address : all) {
            if (!allows(address)) {
                LOG.log(Level.INFO, "{0} is {1}: webhooks are not sent there", host, address.getHostAddress());
                throw new IOException("webhooks are not sent to the address of " + host);
            }
        }
        return all[0];
    }
}
