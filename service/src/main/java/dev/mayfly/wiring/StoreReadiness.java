package dev.mayfly.wiring;

import dev.mayfly.store.Eventually;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Ready when the store has been opened. One that goes away later takes only those requests with it that need it.
@Readiness
@Singleton
public class StoreReadiness implements HealthCheck {
    private final Eventually<StoreBeans.StoreParts> parts;

    public StoreReadiness(Eventually<StoreBeans.StoreParts> parts) {
        this.parts = parts;
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("store").status(parts.isMade());
        if (!parts.isMade()) {
            response.withData("reason", parts.reason());
        }
        return response.build();
    }
}
