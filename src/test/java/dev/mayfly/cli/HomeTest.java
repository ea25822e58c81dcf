package dev.mayfly.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HomeTest {
    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:8080", "https://[::1]:8443", "http://mayfly/behind/a/path"})
    void serviceIsNamedByItsAddress(String url) {
        assertThat(Home.address(url)).hasToString(url);
        assertThat(Home.address(url + "/")).hasToString(url);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "127.0.0.1:8080", "ftp://mayfly", "http://", "http://a b", "http:8080", ""})
    void whatIsNoAddressOfAServiceIsWrongUse(String url) {
        assertThatThrownBy(() -> Home.address(url))
                .isInstanceOfSatisfying(CliException.class, told -> assertThat(told.exitCode()).isEqualTo(CliException.WRONG_USE))
                .hasMessageContaining("MAYFLY_URL");
    }
}
