package dev.mayfly.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Webhooks go to addresses that everybody reaches, and to no other.
class AddressesTest {
    private final Addresses addresses = new Addresses(List.of());

    @ParameterizedTest
    @ValueSource(strings = {
        "127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1", "fd12:3456::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1",
        "64:ff9b::7f00:1", "::ffff:0:7f00:1", "200::1", "4000::1", "2002:7f00:1::", "2001::1", "2001:db8::1"
    })
    void specialAddressesAreRefused(String address) throws Exception {
        assertThat(addresses.allows(InetAddress.getByName(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8", "172.15.255.255", "172.32.0.0", "192.167.255.255", "100.63.255.255", "100.128.0.0", "2606:4700::1111", "2a00:1450::1"})
    void publicAddressesAreAllowed(String address) throws Exception {
        assertThat(addresses.allows(InetAddress.getByName(address))).isTrue();
    }

    @Test
    void operatorAllowsNetworks() throws Exception {
        var some = new Addresses(List.of("10.1.0.0/16", "fd00::/8"));
        assertThat(some.allows(InetAddress.getByName("10.1.2.3"))).isTrue();
        assertThat(some.allows(InetAddress.getByName("fd00::1"))).isTrue();
        assertThat(some.allows(InetAddress.getByName("10.2.0.1"))).isFalse();
        assertThatThrownBy(() -> new Addresses(List.of("10.1.0.0"))).hasMessageContaining("10.1.0.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "169.254.169.254", "169.254.170.2", "169.254.170.23", "169.254.42.42", "169.254.0.23", "100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254",
        "fd00:ec2::23", "fd20:ce::254", "fd00:c1::a9fe:a9fe", "fd00:42::42", "fe80::a9fe:a9fe", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::a83f:8110", "::a9fe:a9fe", "::ffff:0:6464:64c8"
    })
    void addressesOfCloudsThatHandOutKeysAreRefusedWhateverIsAllowed(String address) throws Exception {
        var everything = new Addresses(List.of("0.0.0.0/0", "::/0"));
        assertThat(everything.allows(InetAddress.getByName(address))).isFalse();
        assertThat(everything.allows(InetAddress.getByName("10.1.2.3"))).isTrue();
        assertThat(everything.allows(InetAddress.getByName("fd12::1"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.1", "2130706433", "0x7f.1", "[::1]"})
    void namesAndNumbersOfThisHostAreRefused(String host) {
        assertThatThrownBy(() -> addresses.resolve(host)).isInstanceOf(IOException.class);
    }
}
