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
    private final Eventually<Beans.Kept> kept;

    public StoreReadiness(Eventually<Beans.Kept> kept) {
        this.kept = kept;
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("store").status(kept.isMade());
        if (!kept.isMade()) {
            response.withData("reason", kept.reason());
        }
        return response.build();
    }
}
