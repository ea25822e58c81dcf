package dev.mayfly.http;

import io.vertx.core.net.HostAndPort;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Whose pages may use the service, and under which names.
///
/// @param allowedOrigins as browsers send them: `https://app.example.com`
/// @param allowedHosts names without a port, under which a service that asks for no key answers beside those of
///     loopback
public record BrowserSettings(Set<String> allowedOrigins, Set<String> allowedHosts) {
    private static final Pattern ORIGIN = Pattern.compile("[a-z][a-z0-9+.-]*://([a-z0-9._-]+|\\[[0-9a-f:]+])(:\\d{1,5})?");
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]");

    public BrowserSettings {
        allowedOrigins = allowedOrigins.stream().map(origin -> origin.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
        allowedHosts = allowedHosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
        for (String origin : allowedOrigins) {
            if (!ORIGIN.matcher(origin).matches()) {
                throw new IllegalArgumentException("mayfly.http.allowed-origins: %s is not an origin; expected SCHEME://HOST or SCHEME://HOST:PORT".formatted(origin));
            }
        }
    }

    boolean allowsOrigin(String origin) {
        return allowedOrigins.contains(origin);
    }

    /// Whether a page of this origin came from the service itself, which it asks as `host`.
    static boolean isOwn(String origin, String host) {
        if (!ORIGIN.matcher(origin).matches()) {
            return false;
        }
        URI page;
        try {
            page = new URI(origin);
        } catch (URISyntaxException e) {
            return false;
        }
        int usualPort = page.getScheme().equals("https") ? 443 : 80;
        HostAndPort asked = HostAndPort.parseAuthority(host, usualPort);
        int port = page.getPort() < 0 ? usualPort : page.getPort();
        return asked != null && asked.host().equalsIgnoreCase(page.getHost()) && asked.port() == port;
    }

    /// @param host of a request, with or without a port
    boolean allowsHost(String host) {
        HostAndPort asked = HostAndPort.parseAuthority(host, 0);
        return isLoopback(host) || (asked != null && allowedHosts.contains(asked.host().toLowerCase(Locale.ROOT)));
    }

    /// The same of loopback's names alone.
    boolean isLoopback(String host) {
        HostAndPort asked = HostAndPort.parseAuthority(host, 0);
        return asked != null && LOOPBACK.matcher(asked.host().toLowerCase(Locale.ROOT)).matches();
    }
}
