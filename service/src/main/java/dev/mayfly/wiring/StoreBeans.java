package dev.mayfly.wiring;

import dev.mayfly.async.AsyncExecutions;
import dev.mayfly.async.AsyncSettingsBuilder;
import dev.mayfly.execution.Dispatcher;
import dev.mayfly.execution.HeapBudget;
import dev.mayfly.store.Database;
import dev.mayfly.store.DatabaseSettings;
import dev.mayfly.store.Eventually;
import dev.mayfly.webhook.WebhookSettings;
import dev.mayfly.webhook.Webhooks;
import io.vertx.core.Vertx;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;

/// Builds from the configuration, each once, what is stored and who runs it.
public class StoreBeans {
    /// What is kept, and who runs it. Opened in the background: the other doors do not wait for a store.
    ///
    /// @param database closed behind them
    record StoreParts(Database database, Webhooks webhooks, AsyncExecutions executions) implements AutoCloseable {
        @Override
        public void close() {
            executions.close();
            webhooks.close();
            database.close();
        }
    }

    @Produces
    @Singleton
    Eventually<StoreParts> parts(MayflyConfig config, Dispatcher dispatcher, HeapBudget heap, Vertx vertx) {
        var store = config.store();
        var async = config.async();
        var settings = AsyncSettingsBuilder.builder()
                .replica(async.replica())
                .slots(async.slots())
                .maxQueued(async.maxQueued())
                .maxBytes(store.maxMib() << 20)
                .minFreeBytes(store.minFreeMib() << 20)
                .retention(store.retention())
                .replicaTimeout(async.replicaTimeout())
                .maxAttempts(async.maxAttempts())
                .build();
        return new Eventually<>(() -> {
            Database database = Database.open(new DatabaseSettings(store.url(), store.user().orElse(""), store.password().orElse("")));
            var webhooks = new Webhooks(database, vertx, webhooks(config));
            boolean made = false;
            try {
                var all = new StoreParts(database, webhooks, AsyncExecutions.open(database, webhooks, dispatcher, heap, settings));
                made = true;
                return all;
            } finally {
                if (!made) {
                    webhooks.close();
                    database.close();
                }
            }
        });
    }

    private static WebhookSettings webhooks(MayflyConfig config) {
        var webhook = config.webhook();
        return new WebhookSettings(webhook.allowedNetworks().orElse(List.of()), webhook.timeout(), webhook.firstRetry(), webhook.giveUpAfter(),
                webhook.secretOverlap(), config.store().retention());
    }

    @Produces
    @Singleton
    Eventually<Webhooks> webhooks(Eventually<StoreParts> parts) {
        return parts.map(StoreParts::webhooks);
    }

    @Produces
    @Singleton
    Eventually<AsyncExecutions> executions(Eventually<StoreParts> parts) {
        return parts.map(StoreParts::executions);
    }
}
