package dev.mayfly.wiring;

import io.micrometer.core.instrument.config.MeterFilter;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/// Bounds the framework's meters of requests. It knows the paths that there are; but a method is whatever a client has
/// written.
public class HttpMetrics {
    private static final String[] METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"};

    @Produces
    @Singleton
    MeterFilter methods() {
        return MeterFilter.replaceTagValues("method", method -> "OTHER", METHODS);
    }
}
