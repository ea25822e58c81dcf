package dev.mayfly.testing;

import dev.mayfly.store.DatabaseSettings;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A PostgreSQL for the tests of one class.
public final class ClusterOfClass implements BeforeAllCallback, AfterAllCallback {
    private @Nullable PostgresCluster cluster;

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        cluster = new PostgresCluster();
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        cluster().close();
    }

    public PostgresCluster cluster() {
        return Objects.requireNonNull(cluster);
    }

    public DatabaseSettings settings() {
        return new DatabaseSettings(cluster().url(), "", "");
    }
}
