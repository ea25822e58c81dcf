package dev.mayfly.async;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.execution.ExecutionId;
import dev.mayfly.execution.FunctionPlaces;
import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.Quotas;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.store.Database;
import dev.mayfly.store.DatabaseSettings;
import dev.mayfly.testing.FakeService;
import dev.mayfly.wire.AsyncBatch;
import dev.mayfly.wire.AsyncSubmission;
import dev.mayfly.wire.ResultView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// Asynchronous executions over an engine in memory, new for each test.
abstract class AsyncFixture {
    static final String TENANT = "acme";
    static final Duration PATIENCE = Duration.ofSeconds(20);
    static final AsyncSettings SETTINGS = AsyncSettingsBuilder.builder()
            .replica("one")
            .slots(4)
            .maxQueued(1000)
            .maxBytes(1L << 40)
            .minFreeBytes(0)
            .retention(Duration.ofHours(1))
            .replicaTimeout(Duration.ofSeconds(2))
            .maxAttempts(3)
            .build();

    static final Pauses PAUSES = new Pauses(Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(50), Duration.ofMillis(50));

    static final FunctionPlaces PLACES = new FunctionPlaces(System::nanoTime);
    static final EndListener NOBODY = (handle, ended) -> {};
    static final Completion UNHEARD = new Completion(NOBODY, InvocationListener.NONE);

    final Queue<EndListener.Ended> reported = new ConcurrentLinkedQueue<>();
    FakeService service;
    Database database;
    AsyncExecutions executions;

    /// An empty database, or one that earlier tests have left: each test has tenants of its own.
    abstract DatabaseSettings settings() throws Exception;

    @BeforeEach
    void start() throws Exception {
        service = new FakeService(Quotas.none());
        database = Database.open(settings());
        database.write(handle -> handle.execute("delete from execution") + handle.execute("delete from batch")
                + handle.execute("delete from idempotency_key") + handle.execute("delete from replica"));
        executions = open(SETTINGS);
    }

    AsyncExecutions open(AsyncSettings settings) throws Exception {
        return AsyncExecutions.open(database, (handle, ended) -> reported.add(ended), service.dispatcher(), new HeapBudget(PATIENCE), settings, PAUSES);
    }

    @AfterEach
    void stop() {
        executions.close();
        database.close();
        service.close();
    }

    static AsyncSubmission request(String tenant, String code, String more) throws RejectedException {
        String json = "{\"runtime\": \"python\", \"code\": \"%s\"%s}".formatted(code, more);
        return AsyncSubmission.read(json.getBytes(UTF_8), ExecutionId.next(), tenant);
    }

    String accept(String code) throws Exception {
        return executions.accept(request(TENANT, code, ""), Optional.empty()).id();
    }

    ResultView ended(String id) throws Exception {
        assertThat(executions.awaitEnd(TENANT, id, PATIENCE).orElseThrow().state()).isEqualTo(State.FINISHED);
        return executions.result(TENANT, id).orElseThrow();
    }

    List<EventLine> events(String id, long after) throws Exception {
        List<EventLine> all = new ArrayList<>();
        try (EventReader reader = executions.events(TENANT, id, after)) {
            for (List<EventLine> events = reader.next(); !events.isEmpty(); events = reader.next()) {
                all.addAll(events);
            }
        }
        return all;
    }

    long rows(String table) throws Exception {
        return database.read(handle -> handle.createQuery("select count(*) from " + table).mapTo(Long.class).one());
    }

    long orphans(String table) throws Exception {
        return database.read(handle -> handle.createQuery(
                "select count(*) from %s where execution_id not in (select id from execution)".formatted(table)).mapTo(Long.class).one());
    }

    /// What a replica has on its hands when it dies.
    Claim claimAs(String replica, String name) throws Exception {
        new Membership(database).join(replica, name);
        return new Claims(database, UNHEARD).claim(replica, service.dispatcher().offers(), new ClaimTurns(), SkippedExecutions.NOTHING, PLACES).orElseThrow();
    }

    void insert(NewExecution execution) throws Exception {
        new Intake(database, UNHEARD).insert(execution, Optional.empty(), Optional.empty());
    }

    int attempts(String id) throws Exception {
        return database.read(handle -> handle.createQuery("select attempt from execution where id = :id").bind("id", id).mapTo(Integer.class).one());
    }

    static AsyncBatch batch(String items) throws RejectedException {
        return AsyncBatch.read("{\"executions\": [%s], \"webhook\": {\"url\": \"https://example.org/hook\"}}".formatted(items).getBytes(UTF_8));
    }

    Accepted beginsAtOnce(Optional<String> key) throws Exception {
        return beginsAtOnce(key, 0);
    }

    Accepted beginsAtOnce(Optional<String> key, int queued) throws Exception {
        await().until(() -> executions.running() == 0 && executions.queued() == queued);
        var answer = new AtomicReference<Accepted>();
        await().until(() -> { // whether its slot is free again is to be seen only so
            answer.set(executions.accept(request(TENANT, "exit 0", ""), key));
            return answer.get().replayed() || answer.get().state() == State.RUNNING;
        });
        return answer.get();
    }
}
