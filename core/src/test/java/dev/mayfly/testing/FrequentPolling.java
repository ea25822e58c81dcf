package dev.mayfly.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Looks every 10 ms whether what a unit test awaits has happened, instead of every 100 ms: what these tests ask costs
/// microseconds, and they ask hundreds of times.
///
/// The build switches it on for surefire (`junit.jupiter.extensions.autodetection.enabled`). Integration tests ask
/// engines and replicas, which costs more: they keep Awaitility's default.
public final class FrequentPolling implements BeforeAllCallback {
    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultPollInterval(Duration.ofMillis(10));
    }
}
