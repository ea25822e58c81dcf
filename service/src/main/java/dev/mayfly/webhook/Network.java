package dev.mayfly.webhook;

import java.net.InetAddress;

/// Addresses that begin with the same bits.
public record Network(InetAddress address, int bits) {
    /// @param cidr as `10.1.0.0/16`
    public static Network of(String cidr) {
        int slash = cidr.indexOf('/');
        try {
            var network = new Network(InetAddress.ofLiteral(cidr.substring(0, Math.max(slash, 0))), Integer.parseInt(cidr.substring(slash + 1)));
            if (network.bits < 0 || network.bits > network.address.getAddress().length * Byte.SIZE) {
                throw new IllegalArgumentException("too many bits for this address");
            }
            return network;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("a network must be ADDRESS/BITS; got " + cidr, e);
        }
    }

    boolean contains(InetAddress other) {
        byte[] ours = address.getAddress();
        byte[] theirs = other.getAddress();
        if (ours.length != theirs.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> bit % Byte.SIZE;
            if (((ours[bit / Byte.SIZE] ^ theirs[bit / Byte.SIZE]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }
}
