package dev.mayfly.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A client that has a whole network of IPv6 addresses is one client all the same.
class ConnectionsTest {
    @ParameterizedTest
    @CsvSource({"192.0.2.7, 192.0.2.7", "::ffff:192.0.2.7, 192.0.2.7", "2001:db8:1:2:3:4:5:6, 2001:db8:1:2:0:0:0:0", "2001:db8:1:2:ffff::1, 2001:db8:1:2:0:0:0:0",
            "2001:db8:1:3::1, 2001:db8:1:3:0:0:0:0"})
    void addressesOfOneNetworkCountTogether(String address, String counted) {
        assertThat(Connections.counted(InetAddress.ofLiteral(address)).getHostAddress()).isEqualTo(counted);
    }
}
