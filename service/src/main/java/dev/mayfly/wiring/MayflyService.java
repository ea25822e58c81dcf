package dev.mayfly.wiring;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import org.jspecify.annotations.Nullable;

/// The service's entry point. The framework alone would report a wrong setting with a stack trace.
@QuarkusMain
public final class MayflyService {
    private MayflyService() {}

    public static void main(String... args) {
        Quarkus.run(null, MayflyService::ended, args);
    }

    private static void ended(int exitCode, @Nullable Throwable failure) {
        if (failure == null) {
            System.exit(exitCode);
        } else {
            StartFailure reason = StartFailure.of(failure);
            reason.lines().forEach(line -> System.err.println("mayfly: " + line));
            if (reason.lines().isEmpty()) {
                failure.printStackTrace(System.err);
            }
            System.exit(reason.exitCode());
        }
    }
}
