package dev.mayfly.wiring;

import dev.mayfly.async.AsyncExecutions;
import dev.mayfly.async.AsyncSettings;
import dev.mayfly.async.AsyncSettingsBuilder;
import dev.mayfly.async.FunctionLog;
import dev.mayfly.execution.Dispatcher;
import dev.mayfly.execution.HeapBudget;
import dev.mayfly.failure.FailureCalls;
import dev.mayfly.failure.FailureListener;
import dev.mayfly.function.FunctionLinks;
import dev.mayfly.function.FunctionSettings;
import dev.mayfly.function.FunctionSettingsBuilder;
import dev.mayfly.function.Functions;
import dev.mayfly.function.StoredFunctions;
import dev.mayfly.schedule.ScheduleListener;
import dev.mayfly.schedule.Schedules;
import dev.mayfly.secret.SecretKeys;
import dev.mayfly.secret.Secrets;
import dev.mayfly.secret.StoredSecrets;
import dev.mayfly.store.Database;
import dev.mayfly.store.DatabaseSettings;
import dev.mayfly.store.Eventually;
import dev.mayfly.store.StoreException;
import dev.mayfly.webhook.WebhookSettings;
import dev.mayfly.webhook.Webhooks;
import dev.mayfly.wire.FunctionLookup;
import io.vertx.core.Vertx;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// Builds from the configuration, each once, what is stored and who runs it.
public class StoreBeans {
    private static final String NO_KEYS = "no key for secrets is configured: the operator sets mayfly.secrets.keys";

    /// What is kept, and who runs it. Opened in the background: the other doors do not wait for a store.
    ///
    /// @param database closed behind them
    record StoreParts(Database database, Webhooks webhooks, AsyncExecutions executions, FunctionLog log, Functions functions, FunctionLinks links, Schedules schedules, FailureCalls failures,
            Optional<Secrets> secrets)
            implements AutoCloseable {
        @Override
        public void close() {
            stopIntake();
            closeLog();
            executions.close();
            webhooks.close();
            database.close();
        }

        /// Nothing more is accepted, and nothing comes due here.
        void stopIntake() {
            try {
                schedules.close();
                failures.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            executions.stopIntake();
        }

        private void closeLog() {
            try {
                log.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Produces
    @Singleton
    Eventually<StoreParts> parts(MayflyConfig config, Dispatcher dispatcher, HeapBudget heap, Vertx vertx, StoredSecrets secretSource) {
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
        var database = new DatabaseSettings(store.url(), store.user().orElse(""), store.password().orElse(""));
        Optional<SecretKeys> keys = SecretBeans.keys(config, database.kind());
        if (keys.isEmpty()) {
            secretSource.unavailable(NO_KEYS);
        }
        return new Eventually<>(() -> open(database, keys, secretSource, config, dispatcher, heap, settings, vertx));
    }

    private static StoreParts open(
            DatabaseSettings where, Optional<SecretKeys> keys, StoredSecrets secretSource, MayflyConfig config, Dispatcher dispatcher, HeapBudget heap, AsyncSettings settings, Vertx vertx)
            throws StoreException, InterruptedException {
        Database database = Database.open(where);
        var webhooks = new Webhooks(database, vertx, webhooks(config));
        boolean made = false;
        try {
            // before executions that need them go on
            Optional<Secrets> secrets = keys.isEmpty() ? Optional.empty() : Optional.of(Secrets.open(database, keys.get()));
            secrets.ifPresent(secretSource::open);
            var listener = new ScheduleListener(database, InstantSource.system());
            var executions = AsyncExecutions.open(database, webhooks, listener.and(new FailureListener(webhooks)), dispatcher, heap, settings);
            var functions = new Functions(database, executions, webhooks, dispatcher, listener, functions(config));
            var failures = new FailureCalls(database, executions, functions);
            var schedules = new Schedules(database, functions, executions, config.store().retention(), InstantSource.system());
            var all = new StoreParts(database, webhooks, executions, new FunctionLog(database, executions), functions, new FunctionLinks(database), schedules, failures, secrets);
            schedules.start();
            failures.start();
            made = true;
            return all;
        } finally {
            if (!made) {
                webhooks.close();
                database.close();
            }
        }
    }

    private static FunctionSettings functions(MayflyConfig config) {
        var functions = config.functions();
        return FunctionSettingsBuilder.builder()
                .maxFunctions(functions.maxPerTenant())
                .maxBytes(functions.maxMibPerTenant() << 20)
                .maxVersions(functions.maxVersions())
                .retention(config.store().retention())
                .build();
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

    @Produces
    @Singleton
    Eventually<FunctionLog> functionLog(Eventually<StoreParts> parts) {
        return parts.map(StoreParts::log);
    }

    @Produces
    @Singleton
    Eventually<Functions> functions(Eventually<StoreParts> parts) {
        return parts.map(StoreParts::functions);
    }

    @Produces
    @Singleton
    Eventually<FunctionLinks> links(Eventually<StoreParts> parts) {
        return parts.map(StoreParts::links);
    }

    @Produces
    @Singleton
    Eventually<Schedules> schedules(Eventually<StoreParts> parts) {
        return parts.map(StoreParts::schedules);
    }

    @Produces
    @Singleton
    Eventually<Optional<Secrets>> secrets(Eventually<StoreParts> parts) {
        return parts.map(StoreParts::secrets);
    }

    @Produces
    @Singleton
    FunctionLookup functionLookup(Eventually<Functions> functions) {
        return new StoredFunctions(functions);
    }
}
