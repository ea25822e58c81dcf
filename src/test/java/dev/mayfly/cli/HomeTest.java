package dev.mayfly.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HomeTest {
    private static Home home(String url) {
        return new Home(Path.of("runtimes"), Path.of("locks"), false, url, true, Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:8080", "https://[::1]:8443", "http://mayfly/behind/a/path"})
    void serviceIsNamedByItsAddress(String url) {
        assertThat(home(url).service()).hasToString(url);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "127.0.0.1:8080", "ftp://mayfly", "http://", "http://a b", "http:8080", ""})
    void whatIsNoAddressOfAServiceIsWrongUse(String url) {
        assertThatThrownBy(() -> home(url).service())
                .isInstanceOfSatisfying(CliException.class, told -> assertThat(told.exitCode()).isEqualTo(CliException.WRONG_USE))
                .hasMessageContaining("MAYFLY_URL");
    }
}
