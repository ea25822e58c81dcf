package dev.mayfly.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A page is the service's own when its origin is where the request goes, and an origin that is none is a stranger's.
class BrowserSettingsTest {
    @Test
    void pageOfTheServiceItselfIsItsOwn() {
        assertThat(BrowserSettings.isOwn("http://localhost:8080", "localhost:8080")).isTrue();
        assertThat(BrowserSettings.isOwn("https://mayfly.example.com", "mayfly.example.com")).isTrue();
        assertThat(BrowserSettings.isOwn("http://[::1]:8080", "[::1]:8080")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:8081", "http://evil.example.com", "null", "", "http://[1]", "http://[:::::]", "http://localhost:99999", "http://a@localhost:8080"})
    void anyOtherIsNot(String origin) {
        assertThat(BrowserSettings.isOwn(origin, "localhost:8080")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "localhost:8080", "LOCALHOST", "127.0.0.1:1", "[::1]:8080", "mayfly.internal"})
    void loopbackAndListedNamesAreAnswered(String host) {
        assertThat(new BrowserSettings(Set.of(), Set.of("mayfly.internal")).allowsHost(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example.com", "localhost.evil.example.com", "127.0.0.1.evil.example.com", "a@localhost", "localhost.", "", "[::2]"})
    void otherNamesAreNot(String host) {
        assertThat(new BrowserSettings(Set.of(), Set.of("mayfly.internal")).allowsHost(host)).isFalse();
    }
}
