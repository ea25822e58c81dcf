package dev.mayfly.function;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.async.AsyncExecutions;
import dev.mayfly.async.EndListener;
import dev.mayfly.execution.Dispatcher;
import dev.mayfly.execution.ExecutionId;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.store.Database;
import dev.mayfly.store.StoreException;
import dev.mayfly.wire.AsyncSubmission;
import dev.mayfly.wire.FunctionDefinition;
import dev.mayfly.wire.FunctionLookup;
import dev.mayfly.wire.FunctionReference;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jdbi.v3.core.Handle;

/// The functions of all tenants. A version never changes, and its number is never another one's. Thread-safe.
public final class Functions {
    /// Functions of a higher form cannot be run by this release.
    public static final int KNOWN_FORM = StoredDefinition.FORM;

    private static final Duration LATER = Duration.ofSeconds(5);

    private final FunctionStore store;
    private final DefinitionCache definitions = new DefinitionCache();
    private final AsyncExecutions executions;
    private final EndListener webhooks;
    private final Dispatcher dispatcher;
    private final FunctionListener listener;

    /// @param executions who know whether the store has room
    /// @param webhooks who know what can be reported
    /// @param dispatcher who knows what can be run
    /// @param listener who learns of each change
    public Functions(Database database, AsyncExecutions executions, EndListener webhooks, Dispatcher dispatcher, FunctionListener listener, FunctionSettings settings) {
        this.executions = executions;
        this.webhooks = webhooks;
        this.dispatcher = dispatcher;
        this.listener = listener;
        store = new FunctionStore(database, listener, settings);
    }

    /// Makes this the current version: a new one, or the earlier one that says the same.
    ///
    /// @throws RejectedException it could not be run
    public Change put(String tenant, String name, FunctionDefinition definition, Precondition precondition) throws RejectedException, StoreException, InterruptedException {
        AsyncSubmission each = definition.submission(ExecutionId.next(), tenant);
        executions.requireRoom(tenant);
        if (each.webhook().isPresent()) {
            webhooks.check(tenant, each.webhook().get());
        }
        var _ = dispatcher.check(each.submission());
        checkFailureWebhook(tenant, definition);
        listener.check(tenant, name, definition);
        return store.put(tenant, name, StoredDefinition.of(definition), precondition);
    }

    /// Whether a change would meet the function as it expects it.
    public boolean meets(String tenant, String name, Precondition precondition) throws StoreException {
        return precondition.holds(store.find(tenant, name).map(function -> function.current().digest()));
    }

    private void checkFailureWebhook(String tenant, FunctionDefinition definition) throws RejectedException, StoreException {
        Optional<URI> webhook = definition.failures().isEmpty() ? Optional.empty() : definition.failures().get().webhook();
        if (webhook.isPresent()) {
            webhooks.check(tenant, webhook.get());
        }
    }

    public Optional<StoredFunction> find(String tenant, String name) throws StoreException {
        return store.find(tenant, name);
    }

    /// In the order of their names.
    public List<StoredFunction> list(String tenant, Optional<String> after, int limit) throws StoreException {
        return store.list(tenant, after, limit);
    }

    /// The newest first; none of a function that is not there.
    public List<FunctionVersion> versions(String tenant, String name, OptionalInt before, int limit) throws StoreException {
        return store.versions(tenant, name, before, limit);
    }

    public Optional<FunctionVersion> version(String tenant, String name, int version) throws StoreException {
        return store.version(tenant, name, version);
    }

    /// What a version says, as it was sent.
    public Optional<ObjectNode> definition(String tenant, String name, int version) throws StoreException {
        return store.body(tenant, name, version).map(StoredDefinition::tree);
    }

    /// In which fields two versions differ; empty where one of them is not there.
    public Optional<List<FieldDifference>> difference(String tenant, String name, int from, int to) throws StoreException {
        Optional<ObjectNode> before = definition(tenant, name, from);
        Optional<ObjectNode> after = definition(tenant, name, to);
        return before.isEmpty() || after.isEmpty() ? Optional.empty() : Optional.of(FieldDifference.between(before.get(), after.get()));
    }

    /// What a request runs that names a function.
    ///
    /// @throws RejectedException it does not exist, or cannot be run here
    public FunctionLookup.Found lookUp(String tenant, FunctionReference reference) throws RejectedException, StoreException {
        Optional<FunctionStore.Identity> found = store.identity(tenant, reference.name(), reference.version());
        if (found.isEmpty()) {
            throw unknown(reference);
        }
        FunctionStore.Identity identity = found.get();
        if (identity.form() > KNOWN_FORM) {
            throw RejectedException.forNow(RejectedException.Kind.STORE_UNAVAILABLE, "a later release has stored this function; this replica cannot run it", LATER);
        }
        Optional<FunctionDefinition> definition = definitions.find(identity.digest());
        if (definition.isEmpty()) {
            definition = definition(store.body(tenant, reference.name(), identity.version()), identity.digest());
        }
        return new FunctionLookup.Found(identity.version(), definition.orElseThrow(() -> unknown(reference)), identity.concurrency()); // deleted meanwhile
    }

    /// A version's definition, within a transaction.
    public Optional<FunctionDefinition> definition(Handle handle, String tenant, String name, int version, String digest) {
        Optional<FunctionDefinition> known = definitions.find(digest);
        return known.isPresent() ? known : definition(FunctionStore.body(handle, tenant, name, version), digest);
    }

    private Optional<FunctionDefinition> definition(Optional<byte[]> body, String digest) {
        Optional<FunctionDefinition> definition = body.map(StoredDefinition::read);
        definition.ifPresent(read -> definitions.add(digest, read, body.get().length));
        return definition;
    }

    private static RejectedException unknown(FunctionReference reference) {
        return RejectedException.because(RejectedException.Kind.UNKNOWN_FUNCTION, "function", "the function %s does not exist".formatted(reference));
    }

    /// Makes an earlier version the current one, or a later one again.
    public Change rollBack(String tenant, String name, int version, Precondition precondition) throws StoreException, InterruptedException {
        return store.rollBack(tenant, name, version, precondition);
    }

    /// With all its versions. Its executions stay until their retention ends.
    public Change delete(String tenant, String name, Precondition precondition) throws StoreException, InterruptedException {
        return store.delete(tenant, name, precondition);
    }
}
