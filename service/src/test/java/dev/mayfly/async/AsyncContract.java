package dev.mayfly.async;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.execution.ExecutionId;
import dev.mayfly.execution.FunctionPlaces;
import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.Invocation;
import dev.mayfly.execution.Quota;
import dev.mayfly.execution.Quotas;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.runtime.RuntimeCatalog;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.Limits;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.store.Database;
import dev.mayfly.store.DatabaseSettings;
import dev.mayfly.testing.FakeService;
import dev.mayfly.testing.TestEngine;
import dev.mayfly.wire.AsyncBatch;
import dev.mayfly.wire.AsyncSubmission;
import dev.mayfly.wire.FunctionLookup;
import dev.mayfly.wire.Json;
import dev.mayfly.wire.ResultView;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is accepted ends with one outcome, is kept with its output until its retention ends, and can be followed and
/// cancelled meanwhile; on each database.
abstract class AsyncContract {
    private static final String TENANT = "acme";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final AsyncSettings SETTINGS = AsyncSettingsBuilder.builder()
            .replica("one")
            .slots(4)
            .maxQueued(1000)
            .maxBytes(1L << 40)
            .minFreeBytes(0)
            .retention(Duration.ofHours(1))
            .replicaTimeout(Duration.ofSeconds(2))
            .maxAttempts(3)
            .build();

    private static final Pauses PAUSES = new Pauses(Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(50), Duration.ofMillis(50));

    private static final EndListener NOBODY = (handle, ended) -> {};
    private static final Completion UNHEARD = new Completion(NOBODY, InvocationListener.NONE);

    private final Queue<EndListener.Ended> told = new ConcurrentLinkedQueue<>();
    private FakeService service;
    private Database database;
    private AsyncExecutions executions;

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

    private AsyncExecutions open(AsyncSettings settings) throws Exception {
        return AsyncExecutions.open(database, (handle, ended) -> told.add(ended), service.dispatcher(), new HeapBudget(PATIENCE), settings, PAUSES);
    }

    @AfterEach
    void stop() {
        executions.close();
        database.close();
        service.close();
    }

    private static final FunctionPlaces PLACES = new FunctionPlaces(System::nanoTime);

    Database database() {
        return database;
    }

    static AsyncSubmission request(String tenant, String code, String more) throws RejectedException {
        String json = "{\"runtime\": \"python\", \"code\": \"%s\"%s}".formatted(code, more);
        return AsyncSubmission.read(json.getBytes(UTF_8), ExecutionId.next(), tenant);
    }

    private String accept(String code) throws Exception {
        return executions.accept(request(TENANT, code, ""), Optional.empty()).id();
    }

    private ResultView ended(String id) throws Exception {
        assertThat(executions.awaitEnd(TENANT, id, PATIENCE).orElseThrow().state()).isEqualTo(State.FINISHED);
        return executions.result(TENANT, id).orElseThrow();
    }

    private List<EventLine> events(String id, long after) throws Exception {
        List<EventLine> all = new ArrayList<>();
        try (EventReader reader = executions.events(TENANT, id, after)) {
            for (List<EventLine> events = reader.next(); !events.isEmpty(); events = reader.next()) {
                all.addAll(events);
            }
        }
        return all;
    }

    private long rows(String table) throws Exception {
        return database.read(handle -> handle.createQuery("select count(*) from " + table).mapTo(Long.class).one());
    }

    private long orphans(String table) throws Exception {
        return database.read(handle -> handle.createQuery(
                "select count(*) from %s where execution_id not in (select id from execution)".formatted(table)).mapTo(Long.class).one());
    }

    // ---- results

    @Test
    void acceptedProgramRunsAndItsResultIsKept() throws Exception {
        String id = accept("print hello");
        ResultView result = ended(id);
        assertThat(result.kind()).isEqualTo("exited");
        assertThat(result.stdout()).isEqualTo("hello");
        assertThat(executions.find(TENANT, id).orElseThrow().outcome()).contains("exited");
        // another tenant knows nothing of it
        assertThat(executions.find("stranger", id)).isEmpty();
        assertThat(executions.result("stranger", id)).isEmpty();
        assertThat(executions.delete("stranger", id)).isEqualTo(Deleted.UNKNOWN);
        // and the program itself is not kept
        assertThat(rows("submission")).isZero();
    }

    @Test
    void bytesThatAreNoTextComeBackWhole() throws Exception {
        String json = "{\"runtime\": \"python\", \"code\": \"cat\", \"stdin\": \"/wD+\", \"stdinEncoding\": \"base64\"}";
        String id = executions.accept(AsyncSubmission.read(json.getBytes(UTF_8), ExecutionId.next(), TENANT), Optional.empty()).id();
        ResultView result = ended(id);
        assertThat(result.encoding()).isEqualTo("base64");
        assertThat(result.stdout()).isEqualTo("/wD+");
    }

    @Test
    void wrongSubmissionIsRejectedAndNotStored() throws Exception {
        String json = "{\"runtime\": \"python\", \"code\": \"exit 0\", \"limits\": {\"wallTimeMs\": 999999999}}";
        assertThatThrownBy(() -> executions.accept(AsyncSubmission.read(json.getBytes(UTF_8), ExecutionId.next(), TENANT), Optional.empty()))
                .isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.kind()).isEqualTo(RejectedException.Kind.LIMIT_OVER_CEILING));
        assertThat(rows("execution")).isZero();
    }

    @Test
    void mayflysOwnFailureIsTriedAgainAndThenTold() throws Exception {
        String id = accept("fall over"); // a program that the engine does not know: it fails after its start, each time
        assertThat(ended(id).kind()).isEqualTo("failed");
        assertThat(executions.find(TENANT, id).orElseThrow().attempt()).isEqualTo(SETTINGS.maxAttempts());
        // each attempt began with an event, and only the last one's are left
        assertThat(events(id, -1).stream().map(EventLine::name)).containsExactly("started", "outcome");
        assertThat(events(id, -1).getFirst().data()).contains("\"attempt\":3");
    }

    // ---- cancelling

    @Test
    void queuedExecutionIsCancelledAtOnce() throws Exception {
        service.engine().creations.drainPermits();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < SETTINGS.slots() + 2; i++) {
            ids.add(accept("print never"));
        }
        await().until(() -> executions.queued() == 2);
        String last = ids.getLast();
        assertThat(executions.delete(TENANT, last)).isEqualTo(Deleted.ENDING);
        assertThat(executions.find(TENANT, last).orElseThrow().outcome()).contains("cancelled");
        assertThat(events(last, -1)).singleElement().satisfies(event -> assertThat(event.data()).contains("cancelled", "client"));
        assertThat(executions.result(TENANT, last).orElseThrow().kind()).isEqualTo("cancelled");
        // one that waits for its sandbox, too
        assertThat(executions.delete(TENANT, ids.getFirst())).isEqualTo(Deleted.ENDING);
        assertThat(ended(ids.getFirst()).kind()).isEqualTo("cancelled");
        // and the others run when there are sandboxes
        service.engine().creations.release(1000);
        for (String id : ids.subList(1, ids.size() - 1)) {
            assertThat(ended(id).stdout()).isEqualTo("never");
        }
        assertThat(executions.result(TENANT, last).orElseThrow().kind()).isEqualTo("cancelled");
    }

    @Test
    void runningProgramIsCancelled() throws Exception {
        String id = accept("sleep");
        await().until(() -> !executions.events(TENANT, id, -1).next().isEmpty());
        assertThat(executions.delete(TENANT, id)).isEqualTo(Deleted.ENDING);
        assertThat(ended(id).outcome()).containsEntry("kind", "cancelled").containsEntry("by", "client");
    }

    @Test
    void whatHasEndedIsRemovedWithAllThatBelongsToIt() throws Exception {
        String id = executions.accept(request(TENANT, "print done", ", \"labels\": {\"a\": \"b\"}, \"limits\": {\"cpus\": 0.5}"), Optional.of("key")).id();
        ended(id);
        assertThat(executions.delete("stranger", id)).isEqualTo(Deleted.UNKNOWN);
        assertThat(executions.delete(TENANT, id)).isEqualTo(Deleted.REMOVED);
        assertThat(executions.find(TENANT, id)).isEmpty();
        assertThat(events(id, -1)).isEmpty();
        for (String table : List.of("execution", "execution_label", "execution_limit", "segment", "submission", "idempotency_key")) {
            assertThat(rows(table)).as(table).isZero();
        }
        assertThat(executions.delete(TENANT, id)).isEqualTo(Deleted.UNKNOWN);
        // its key is free again
        assertThat(executions.accept(request(TENANT, "print other", ""), Optional.of("key")).replayed()).isFalse();
    }

    /// Cancelled at a random instant, an execution has one outcome, and the one that was seen first; one that had
    /// ended already is removed whole.
    @Test
    void cancelAtAnyInstantLeavesOneOutcome() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Map<String, Future<Deleted>> runs = new LinkedHashMap<>();
            for (int i = 0; i < 60; i++) {
                int pause = i % 20;
                String id = accept("count 5");
                runs.put(id, threads.submit(() -> {
                    Thread.sleep(pause);
                    return executions.delete(TENANT, id);
                }));
            }
            for (var run : runs.entrySet()) {
                String id = run.getKey();
                if (run.getValue().get() == Deleted.REMOVED) {
                    assertThat(executions.find(TENANT, id)).isEmpty();
                    continue;
                }
                String seen = ended(id).kind();
                assertThat(seen).isIn("exited", "cancelled");
                assertThat(events(id, -1).stream().filter(EventLine::isLast)).hasSize(1);
                assertThat(executions.find(TENANT, id).orElseThrow().outcome()).contains(seen);
            }
        }
    }

    // ---- idempotency

    @Test
    void concurrentDuplicatesShareOneRun() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Accepted> same = () -> executions.accept(request(TENANT, "print once", ""), Optional.of("key"));
            List<Future<Accepted>> all = threads.invokeAll(java.util.Collections.nCopies(20, same));
            Set<String> ids = all.stream().map(Future::resultNow).map(Accepted::id).collect(Collectors.toSet());
            assertThat(ids).hasSize(1);
            assertThat(all.stream().map(Future::resultNow).filter(accepted -> !accepted.replayed())).hasSize(1);
            assertThat(ended(ids.iterator().next()).stdout()).isEqualTo("once");
        }
        assertThat(rows("execution")).isEqualTo(1);
    }

    @Test
    void keyBelongsToItsRequestAndItsTenant() throws Exception {
        Accepted first = executions.accept(request(TENANT, "print a", ", \"env\": {\"A\": \"1\", \"B\": \"2\"}"), Optional.of("key"));
        // the same in other words
        Accepted same = executions.accept(request(TENANT, "print a", ",  \"env\":{\"B\":\"2\",\"A\":\"1\"}"), Optional.of("key"));
        assertThat(same.id()).isEqualTo(first.id());
        assertThat(same.replayed()).isTrue();
        // another request
        assertThatThrownBy(() -> executions.accept(request(TENANT, "print b", ""), Optional.of("key")))
                .isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.kind()).isEqualTo(RejectedException.Kind.KEY_REUSED));
        // another tenant
        assertThat(executions.accept(request("other", "print b", ""), Optional.of("key")).id()).isNotEqualTo(first.id());
    }

    // ---- batches

    private static AsyncBatch batch(String items) throws RejectedException {
        return AsyncBatch.read("{\"executions\": [%s], \"webhook\": {\"url\": \"https://example.org/hook\"}}".formatted(items).getBytes(UTF_8));
    }

    @Test
    void batchTellsOfEachItemAndOfItsEndOnce() throws Exception {
        var items = batch("{\"runtime\": \"python\", \"code\": \"print 1\"}, {\"runtime\": \"cobol\", \"code\": \"x\"}, 7, {\"runtime\": \"python\", \"code\": \"print 2\"}");
        String id = executions.accept(new BatchOffer(ExecutionId.next(), TENANT, items, FunctionLookup.NONE, Optional.empty()), Optional.of("batch")).id();
        await().until(() -> executions.batch(TENANT, id).orElseThrow().finishedAt().isPresent());
        StoredBatch batch = executions.batch(TENANT, id).orElseThrow();
        assertThat(batch.size()).isEqualTo(2);
        assertThat(new String(batch.answer(), UTF_8))
                .contains("\"index\":1,\"rejected\":{\"problem\":\"unknown-runtime\"", "\"index\":2,\"rejected\":{\"problem\":\"invalid-submission\"");
        var filter = new ExecutionFilter(Optional.empty(), Map.of(), Optional.of(id), Optional.empty(), Optional.empty(), Optional.empty(), 10);
        assertThat(executions.list(TENANT, filter)).hasSize(2).allMatch(execution -> execution.state() == State.FINISHED);
        assertThat(told).singleElement().satisfies(ended -> {
            assertThat(ended.type()).isEqualTo("batch.finished");
            assertThat(ended.id()).isEqualTo(id);
        });
        // again with its key: the same batch
        assertThat(executions.accept(new BatchOffer(ExecutionId.next(), TENANT, items, FunctionLookup.NONE, Optional.empty()), Optional.of("batch")).id()).isEqualTo(id);
        assertThat(rows("execution")).isEqualTo(2);
    }

    @Test
    void batchOfWrongItemsHasEndedAtOnce() throws Exception {
        String id = executions.accept(new BatchOffer(ExecutionId.next(), TENANT, batch("{}"), FunctionLookup.NONE, Optional.empty()), Optional.empty()).id();
        assertThat(executions.batch(TENANT, id).orElseThrow().finishedAt()).isPresent();
        assertThat(told).singleElement().satisfies(ended -> assertThat(ended.about()).containsEntry("accepted", 0));
    }

    @Test
    void webhookIsSentWhenTheExecutionEnds() throws Exception {
        String id = executions.accept(request(TENANT, "exit 3", ", \"labels\": {\"order\": \"7\"}, \"webhook\": {\"url\": \"https://example.org/hook\"}"), Optional.empty()).id();
        ended(id);
        assertThat(told).singleElement().satisfies(ended -> {
            assertThat(ended.type()).isEqualTo("execution.finished");
            assertThat(ended.webhook()).hasToString("https://example.org/hook");
            assertThat(ended.about()).containsEntry("id", id).containsEntry("outcome", "exited").containsEntry("labels", Map.of("order", "7"));
        });
    }

    // ---- listing

    @Test
    void pagesShowEachExecutionOnceWhileOthersCome() throws Exception {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            ids.add(executions.accept(request(TENANT, "exit 0", ", \"labels\": {\"parity\": \"%s\", \"n\": \"%d\"}".formatted(i % 2 == 0 ? "even" : "odd", i)), Optional.empty()).id());
        }
        for (String id : ids) {
            ended(id);
        }
        List<String> seen = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        do {
            List<StoredExecution> page = executions.list(TENANT, new ExecutionFilter(Optional.of(State.FINISHED), Map.of(), Optional.empty(), Optional.empty(), Optional.empty(), cursor, 7));
            seen.addAll(page.stream().map(StoredExecution::id).toList());
            cursor = page.size() < 7 ? Optional.empty() : Optional.of(page.getLast().id());
            accept("exit 0");
        } while (cursor.isPresent());
        assertThat(seen).containsAll(ids).doesNotHaveDuplicates();
        assertThat(seen).isSortedAccordingTo(java.util.Comparator.reverseOrder());
        // by labels
        var odd = new ExecutionFilter(Optional.empty(), Map.of("parity", "odd", "n", "3"), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), 50);
        assertThat(executions.list(TENANT, odd)).singleElement().satisfies(execution -> assertThat(execution.labels()).containsEntry("n", "3"));
        var elsewhere = new ExecutionFilter(Optional.empty(), Map.of("parity", "odd", "n", "3"), Optional.of("another"), Optional.empty(), Optional.empty(), Optional.empty(), 50);
        assertThat(executions.list(TENANT, elsewhere)).isEmpty();
        // by time
        var future = new ExecutionFilter(Optional.empty(), Map.of(), Optional.empty(), Optional.of(Instant.now().plusSeconds(60)), Optional.empty(), Optional.empty(), 50);
        assertThat(executions.list(TENANT, future)).isEmpty();
        var past = new ExecutionFilter(Optional.empty(), Map.of(), Optional.empty(), Optional.empty(), Optional.of(Instant.now().plusSeconds(60)), Optional.empty(), 50);
        assertThat(executions.list(TENANT, past)).hasSizeGreaterThanOrEqualTo(25);
    }

    // ---- events

    @Test
    void manyReadersFromAnywhereSeeEachEventOnce() throws Exception {
        String id = accept("count 200");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<EventLine>>> readers = IntStream.of(-1, 0, 7, 100, 200)
                    .mapToObj(after -> threads.submit(() -> events(id, after))).toList();
            int index = 0;
            for (int after : new int[] {-1, 0, 7, 100, 200}) {
                List<Long> numbers = readers.get(index++).get().stream().map(EventLine::id).toList();
                assertThat(numbers).containsExactlyElementsOf(LongStream.rangeClosed(after + 1, 201).boxed().toList());
            }
        }
        // after the end, too, and behind the last one there is nothing
        assertThat(events(id, 198).stream().map(EventLine::name)).containsExactly("stdout", "stdout", "outcome");
        assertThat(events(id, 201)).isEmpty();
        assertThat(ended(id).stdout()).isEqualTo(IntStream.rangeClosed(1, 200).mapToObj(number -> number + "\n").collect(Collectors.joining()));
    }

    // ---- replicas

    /// What a replica has on its hands when it dies.
    private Claim claimAs(String replica, String name) throws Exception {
        new Membership(database).join(replica, name);
        return new Claims(database, UNHEARD).claim(replica, service.dispatcher().offers(), new ClaimTurns(), SkippedExecutions.NOTHING, PLACES).orElseThrow();
    }

    /// Events that the store did not take are missing: the outcome must not follow them, or a reader would take the
    /// rest for the whole.
    @Test
    void attemptWhoseEventsAreMissingSaysSo() throws Exception {
        executions.close();
        insert(new NewExecution(request(TENANT, "exit 0", ""), Optional.empty(), Instant.now()));
        Claim claim = claimAs("late#1", "late");
        var claims = new Claims(database, UNHEARD);
        var lost = new CountDownLatch(1);
        try (var log = new AttemptLog(claims, new Changes(), claim, lost::countDown)) {
            log.add("stdout", 0, Map.of());
            await().atMost(PATIENCE).until(() -> log.writtenBytes() > 0);
            assertThat(log.isBroken()).isFalse();
            // when it is another one's
            assertThat(claims.release(claim, Instant.EPOCH, 0)).isEqualTo(1);
            log.add("stdout", 1, Map.of());
            assertThat(lost.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            log.add("outcome", 2, Map.of());
            assertThat(log.rest()).extracting(EventLine::name).contains("outcome");
            assertThat(log.isBroken()).isTrue();
        }
    }

    private void insert(NewExecution execution) throws Exception {
        new Intake(database, UNHEARD).insert(execution, Optional.empty(), Optional.empty());
    }

    @Test
    void deadReplicasExecutionIsBegunAnewAndItsOwnOutcomeDoesNotCount() throws Exception {
        executions.close(); // nobody else is there
        var claims = new Claims(database, new Completion((handle, ended) -> told.add(ended), InvocationListener.NONE));
        insert(new NewExecution(request(TENANT, "print again", ""), Optional.empty(), Instant.now()));
        Claim claim = claimAs("dead#1", "dead");
        assertThat(claims.append(claim, List.of(new EventLine(0, "started", "{\"id\":\"x\",\"runtime\":\"python\",\"attempt\":1}"),
                new EventLine(1, "stdout", "{\"seq\":1,\"atMs\":1.0,\"data\":\"half\",\"encoding\":\"utf-8\"}")))).isTrue();
        // when it is silent for too long
        executions = open(SETTINGS);
        // then another one runs it, and a reader who has seen the half goes on from there
        assertThat(ended(claim.id()).stdout()).isEqualTo("again");
        assertThat(events(claim.id(), 1).stream().map(EventLine::name)).containsExactly("started", "stdout", "outcome");
        assertThat(events(claim.id(), 1).getFirst()).satisfies(started -> {
            assertThat(started.id()).isEqualTo(2);
            assertThat(started.data()).contains("\"attempt\":2");
        });
        // and what the dead one says when it comes back is not heard
        assertThat(claims.append(claim, List.of(new EventLine(9, "stdout", "{}")))).isFalse();
        assertThat(claims.finish(claim, List.of(Attempt.unstarted(claim.id(), 10, new Outcome.Exited(1))), "exited", 0)).isFalse();
        assertThat(ended(claim.id()).stdout()).isEqualTo("again");
        assertThat(new Membership(database).beat("dead#1", "", false).alive()).isFalse();
    }

    @Test
    void replicasSeeEachOthersVersionsAndWhoIsAboutToStop() throws Exception {
        executions.presence().describe("1.2 (image@sha256:0)");
        try (var other = new OtherReplica(settings())) {
            other.executions().presence().drain();
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(executions.presence().replicas())
                    .extracting(replica -> "%s runs %s, draining: %s".formatted(replica.name(), replica.version().orElse("?"), replica.draining()))
                    .containsExactly("one runs 1.2 (image@sha256:0), draining: false", "two runs ?, draining: true"));
            await().atMost(PATIENCE).until(() -> executions.presence().alive() == 2);
        }
        await().atMost(PATIENCE).until(() -> executions.presence().alive() == 1);
    }

    @Test
    void restartedReplicaTakesUpItsOwnAtOnce() throws Exception {
        executions.close();
        insert(new NewExecution(request(TENANT, "print back", ""), Optional.empty(), Instant.now()));
        Claim claim = claimAs("one#earlier", "one");
        executions = open(AsyncSettingsBuilder.builder(SETTINGS).replicaTimeout(Duration.ofDays(1)).build());
        assertThat(ended(claim.id()).stdout()).isEqualTo("back");
    }

    @Test
    void cancellationOutlivesItsReplica() throws Exception {
        executions.close();
        insert(new NewExecution(request(TENANT, "print never", ""), Optional.empty(), Instant.now()));
        Claim claim = claimAs("one#earlier", "one");
        assertThat(new Claims(database, UNHEARD).cancel(TENANT, claim.id(), new Outcome.Cancelled(Outcome.By.CLIENT))).isEqualTo(Claims.CancelAnswer.REQUESTED);
        executions = open(SETTINGS);
        assertThat(ended(claim.id()).kind()).isEqualTo("cancelled");
    }

    @Test
    void anyReplicaCancelsAndFollowsWhatAnotherRuns() throws Exception {
        // given one that runs nothing itself
        String id = accept("sleep");
        await().until(() -> executions.running() == 1);
        try (var other = new OtherReplica(settings())) {
            assertThat(other.executions().delete(TENANT, id)).isEqualTo(Deleted.ENDING);
            try (EventReader reader = other.executions().events(TENANT, id, -1)) {
                List<EventLine> events = new ArrayList<>();
                for (List<EventLine> more = reader.next(); !more.isEmpty(); more = reader.next()) {
                    events.addAll(more);
                }
                assertThat(events.getFirst().name()).isEqualTo("started");
                assertThat(events.getLast().data()).contains("cancelled");
            }
        }
    }

    private static final class OtherReplica implements AutoCloseable {
        private final FakeService service;
        private final Database database;
        private final AsyncExecutions executions;

        OtherReplica(DatabaseSettings settings) throws Exception {
            this(settings, TestEngine.RUNTIMES);
        }

        OtherReplica(DatabaseSettings settings, RuntimeCatalog catalog) throws Exception {
            service = new FakeService(Quotas.none(), catalog);
            database = Database.open(settings);
            executions = AsyncExecutions.open(database, (handle, ended) -> {}, service.dispatcher(), new HeapBudget(PATIENCE),
                    AsyncSettingsBuilder.builder(SETTINGS).replica("two").build(), PAUSES);
        }

        AsyncExecutions executions() {
            return executions;
        }

        @Override
        public void close() {
            executions.close();
            database.close();
            service.close();
        }
    }

    @Test
    void twoReplicasRunEachExecutionOnce() throws Exception {
        try (var other = new OtherReplica(settings())) {
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                ids.add((i % 2 == 0 ? executions : other.executions()).accept(request(TENANT, "print " + i, ""), Optional.empty()).id());
            }
            for (int i = 0; i < 100; i++) {
                assertThat(ended(ids.get(i)).stdout()).isEqualTo(String.valueOf(i));
                assertThat(executions.find(TENANT, ids.get(i)).orElseThrow().attempt()).isEqualTo(1);
            }
        }
    }

    @Test
    void stoppedReplicaGivesBackWhatItRuns() throws Exception {
        String id = accept("sleep");
        await().until(() -> executions.running() == 1);
        executions.close();
        assertThat(executions.find(TENANT, id).orElseThrow().state()).isEqualTo(State.QUEUED);
        assertThatThrownBy(() -> accept("exit 0"))
                .isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.kind()).isEqualTo(RejectedException.Kind.DRAINING));
        executions = open(SETTINGS);
        await().until(() -> executions.running() == 1);
        executions.delete(TENANT, id);
        ended(id);
    }

    // ---- other releases, and replicas that can run other things

    private static RuntimeCatalog pythonUpTo(long memoryBytes) {
        LanguageRuntime python = TestEngine.runtime("python");
        return new RuntimeCatalog(List.of(python.withCeilings(python.ceilings().with(Map.of(LimitAxis.MEMORY, memoryBytes)))));
    }

    private static final long MEMORY = 1L << 30;

    /// A submission that replicas with python alone, of less memory, cannot run.
    enum Beyond {
        RUNTIME("{\"runtime\": \"bash\", \"code\": \"print there\"}"),
        VERSION("{\"runtime\": \"%s\", \"code\": \"print there\"}".formatted(TestEngine.runtime("bash").id())),
        FILE("{\"files\": [{\"path\": \"main.sh\", \"content\": \"print there\"}]}"),
        CEILING("{\"runtime\": \"python\", \"code\": \"print there\", \"limits\": {\"memoryBytes\": %d}}".formatted(MEMORY)),
        CEILING_OF_FILE("{\"files\": [{\"path\": \"main.py\", \"content\": \"print there\"}], \"limits\": {\"cpus\": 0.5, \"memoryBytes\": %d}}".formatted(MEMORY));

        private final String json;

        Beyond(String json) {
            this.json = json;
        }

        byte[] body() {
            return json.getBytes(UTF_8);
        }
    }

    private AsyncExecutions lesser() throws Exception {
        service.close();
        service = new FakeService(Quotas.none(), pythonUpTo(MEMORY - 1));
        return open(SETTINGS);
    }

    private int attempts(String id) throws Exception {
        return database.read(handle -> handle.createQuery("select attempt from execution where id = :id").bind("id", id).mapTo(Integer.class).one());
    }

    @ParameterizedTest
    @EnumSource(Beyond.class)
    void whatAReplicaCannotRunWaitsForOneThatCan(Beyond beyond) throws Exception {
        executions.close();
        AsyncSubmission request = AsyncSubmission.read(beyond.body(), ExecutionId.next(), TENANT);
        insert(new NewExecution(request.with(service.dispatcher().check(request.submission())), Optional.empty(), Instant.now()));
        // given a replica that cannot run it; when it has had its turns, then it has never claimed it, and says that
        // there is one
        executions = lesser();
        ended(accept("print mine"));
        await().atMost(PATIENCE).until(() -> executions.unmet() == 1);
        assertThat(executions.find(TENANT, request.submission().id()).orElseThrow().state()).isEqualTo(State.QUEUED);
        assertThat(attempts(request.submission().id())).isZero();
        // nor does it hold others up, who are begun at once
        assertThat(beginsAtOnce(Optional.empty(), 1).state()).isEqualTo(State.RUNNING);
        // when there is one that can
        try (var able = new OtherReplica(settings())) {
            assertThat(able.executions().awaitEnd(TENANT, request.submission().id(), PATIENCE).orElseThrow().outcome()).contains("exited");
            assertThat(executions.result(TENANT, request.submission().id()).orElseThrow().stdout()).isEqualTo("there");
        }
        await().atMost(PATIENCE).until(() -> executions.unmet() == 0);
    }

    /// As a release without forms and needs writes it.
    private String insertAsBefore(byte[] body) throws Exception {
        String id = ExecutionId.next();
        database.write(handle -> handle.execute("""
                insert into execution (id, tenant, state, owner, not_before, attempt, begun, cancel_requested, accepted_at, started_at, batch_id, webhook, labels)
                values (?, ?, 'queued', null, 0, 0, 0, 0, ?, null, null, null, '{"a":"b"}')""", id, TENANT, System.currentTimeMillis())
                + handle.execute("insert into submission (execution_id, body) values (?, ?)", id, body));
        return id;
    }

    @ParameterizedTest
    @EnumSource(Beyond.class)
    void rowOfAnEarlierReleaseIsHandedBackByAReplicaThatCannotRunIt(Beyond beyond) throws Exception {
        executions.close();
        String id = insertAsBefore(beyond.body());
        executions = lesser();
        await().atMost(PATIENCE).until(() -> attempts(id) == 1 && executions.find(TENANT, id).orElseThrow().state() == State.QUEUED);
        if (beyond != Beyond.FILE) { // of which it cannot say what it needs; the others' rows say so now
            await().atMost(PATIENCE).until(() -> executions.unmet() == 1);
        }
        // and it is left to others, though it comes before what is found in the queue after it, and holds nobody up
        ended(insertAsBefore("{\"runtime\": \"python\", \"code\": \"print mine\"}".getBytes(UTF_8)));
        await().atMost(PATIENCE).until(() -> beginsAtOnce(Optional.empty(), 1).state() == State.RUNNING);
        assertThat(attempts(id)).isEqualTo(1);
        try (var able = new OtherReplica(settings())) {
            assertThat(able.executions().awaitEnd(TENANT, id, PATIENCE).orElseThrow().outcome()).contains("exited");
            assertThat(attempts(id)).isEqualTo(2);
            assertThat(executions.result(TENANT, id).orElseThrow().stdout()).isEqualTo("there");
        }
    }

    @Test
    void rowOfAnEarlierReleaseIsRunWithAllThatItNames() throws Exception {
        String id = insertAsBefore("""
                {"runtime":"python","files":[{"path":"main.py","content":"Y2F0","encoding":"base64"}],"entrypoint":"main.py","args":["x"],"env":{"A":"1"},\
                "stdin":"/wD+","stdinEncoding":"base64","limits":{"cpus":0.25,"wallTimeMs":4000},"outputs":["*.txt"],"labels":{"a":"b"},\
                "webhook":{"url":"https://example.org/"}}""".getBytes(UTF_8));
        assertThat(ended(id)).satisfies(result -> {
            assertThat(result.encoding()).isEqualTo("base64");
            assertThat(result.stdout()).isEqualTo("/wD+");
            assertThat(requireNonNull(result.sandbox()).limits()).containsEntry("cpus", new java.math.BigDecimal("0.25").doubleValue()).containsEntry("wallTimeMs", 4000);
        });
    }

    @Test
    void fieldOfANewerReleaseIsLeftAlone() throws Exception {
        String id = insertAsBefore("{\"runtime\":\"python\",\"code\":\"print ok\",\"hue\":{\"red\":[1]},\"files\":[{\"path\":\"a\",\"content\":\"b\",\"mode\":7}]}".getBytes(UTF_8));
        assertThat(ended(id).stdout()).isEqualTo("ok");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"runtime\":\"python\",\"code\":\"print ok\",\"limits\":{\"gpus\":1}}", "{\"runtime\":\"python\",\"code\":[\"print ok\"]}",
        "{\"runtime\":\"python\",\"files\":[{\"path\":\"a.py\",\"content\":\"\"},{\"path\":\"b.py\",\"content\":\"\"}]}", "no JSON"})
    void whatThisReleaseCannotReadIsHandedBackAndNotFailed(String body) throws Exception {
        String id = insertAsBefore(body.getBytes(UTF_8));
        await().atMost(PATIENCE).until(() -> attempts(id) > 0 && executions.find(TENANT, id).orElseThrow().state() == State.QUEUED);
        // and its caller can end it
        executions.delete(TENANT, id);
        assertThat(ended(id).kind()).isEqualTo("cancelled");
    }

    /// Also where nobody can run it: its end needs no runtime.
    @Test
    void whatIsCancelledWhileItIsHandedBackEnds() throws Exception {
        String unreadable = insertAsBefore("no JSON".getBytes(UTF_8));
        await().atMost(PATIENCE).until(() -> attempts(unreadable) == 1 && executions.find(TENANT, unreadable).orElseThrow().state() == State.QUEUED);
        executions.close();
        String needy = insertAsBefore(Beyond.RUNTIME.body());
        executions = lesser();
        await().atMost(PATIENCE).until(() -> executions.unmet() == 1);
        // as its caller leaves it who comes between a claim and its return
        database.write(handle -> handle.execute("update execution set cancel_requested = 1"));
        assertThat(ended(unreadable).kind()).isEqualTo("cancelled");
        assertThat(ended(needy).kind()).isEqualTo("cancelled");
    }

    @Test
    void higherFormIsNotClaimed() throws Exception {
        executions.close();
        String id = insertAsBefore("{\"runtime\":\"python\",\"code\":\"print ok\"}".getBytes(UTF_8));
        database.write(handle -> handle.execute("update execution set form = ?", StoredSubmission.FORM + 1));
        executions = open(SETTINGS);
        await().atMost(PATIENCE).until(() -> executions.unmet() == 1);
        ended(accept("print mine"));
        assertThat(attempts(id)).isZero();
        database.write(handle -> handle.execute("update execution set form = ?", StoredSubmission.FORM));
        assertThat(ended(id).stdout()).isEqualTo("ok");
    }

    @Test
    void storeOfANewerReleaseOpens() throws Exception {
        database.write(handle -> handle.execute("""
                insert into flyway_schema_history (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
                select max(installed_rank) + 1, '9999', 'later', 'SQL', 'V9999__later.sql', 1, 'x', 1, true from flyway_schema_history"""));
        try (Database again = Database.open(settings())) {
            assertThat(again.sizeBytes()).isPositive();
        } finally {
            database.write(handle -> handle.execute("delete from flyway_schema_history where version = '9999'"));
        }
    }

    /// What a newer release adds to a result is kept where an earlier one, which reads strictly, does not look.
    @Test
    void resultsOfANewerReleaseComeBackWhole() throws Exception {
        executions.close();
        insert(new NewExecution(request(TENANT, "exit 3", ""), Optional.empty(), Instant.now()));
        Claim claim = claimAs("newer#1", "newer");
        String result = Attempt.unstarted(claim.id(), 0, new Outcome.Exited(3)).data()
                .replaceFirst("\\{", "{\"hue\":\"red\",").replace("\"usage\":{", "\"usage\":{\"joules\":7,");
        assertThat(new Claims(database, UNHEARD).finish(claim, List.of(new EventLine(0, "outcome", result)), "exited", 0)).isTrue();
        String stored = database.read(handle -> new String(handle.createQuery("select body from segment").mapTo(byte[].class).one(), UTF_8));
        assertThat(Json.STRICT.readValue(stored.substring(stored.indexOf('{')), ResultView.class).kind()).isEqualTo("exited");
        executions = open(SETTINGS);
        assertThat(events(claim.id(), -1)).singleElement().satisfies(event -> assertThat(event.data()).contains("\"hue\":\"red\"", "\"joules\":7", "\"exitCode\":3"));
        assertThat(ended(claim.id()).kind()).isEqualTo("exited");
    }

    @Test
    void wholeOutcomeIsToldWithoutTheResult() throws Exception {
        String id = accept("exit 3");
        ended(id);
        assertThat(executions.find(TENANT, id).orElseThrow().evidence()).isEqualTo(Map.of("kind", "exited", "exitCode", 3));
        // of what an earlier release has ended, what that wrote
        database.write(handle -> handle.execute("update execution set outcome_detail = null"));
        assertThat(executions.find(TENANT, id).orElseThrow().evidence()).isEqualTo(Map.of("kind", "exited"));
    }

    // ---- bounds

    @Test
    void fullQueueRefusesAndLosesNothing() throws Exception {
        executions.close();
        executions = open(AsyncSettingsBuilder.builder(SETTINGS).slots(1).maxQueued(3).build());
        service.engine().creations.drainPermits();
        String running = accept("exit 0");
        await().until(() -> executions.running() == 1);
        List<String> waiting = new ArrayList<>();
        await().until(() -> { // a count that was made before the first one was begun refuses the last for a moment
            try {
                waiting.add(accept("exit 0"));
            } catch (RejectedException e) {
                assertThat(e.kind()).isEqualTo(RejectedException.Kind.AT_CAPACITY);
                assertThat(e.retryAfter()).isPresent();
            }
            return waiting.size() == 3;
        });
        await().until(() -> executions.queued() == 3);
        assertThatThrownBy(() -> accept("exit 0"))
                .isInstanceOfSatisfying(RejectedException.class, e -> {
                    assertThat(e.kind()).isEqualTo(RejectedException.Kind.AT_CAPACITY);
                    assertThat(e.retryAfter()).isPresent();
                });
        service.engine().creations.release(1000);
        ended(running);
        for (String id : waiting) {
            ended(id);
        }
    }

    @Test
    void oneTenantCannotFillTheQueue() throws Exception {
        executions.close();
        for (int i = 0; i < 18; i++) {
            insert(new NewExecution(request(TENANT, "exit 0", ""), Optional.empty(), Instant.now()));
        }
        executions = open(AsyncSettingsBuilder.builder(SETTINGS).slots(0).maxQueued(20).build());
        // adds none while the tenants are not counted yet
        var nothing = batch("{\"runtime\": \"cobol\", \"code\": \"x\"}");
        await().untilAsserted(() -> assertThatThrownBy(() -> executions.accept(new BatchOffer(ExecutionId.next(), TENANT, nothing, FunctionLookup.NONE, Optional.empty()), Optional.empty()))
                .hasMessageContaining("yours"));
        for (int i = 0; i < 2; i++) {
            // one that is counted while it is added counts twice for a moment
            await().ignoreExceptionsInstanceOf(RejectedException.class).until(() -> executions.accept(request("modest", "exit 0", ""), Optional.empty()).id().length() > 0);
        }
        await().until(() -> executions.queued() == 20);
        assertThatThrownBy(() -> executions.accept(request("another", "exit 0", ""), Optional.empty())).hasMessageContaining("the queue is full: 20 executions");
    }

    @Test
    void oneThatFindsASlotIsBegunAtOnceAndGivesTheSlotBack() throws Exception {
        executions.close();
        executions = open(AsyncSettingsBuilder.builder(SETTINGS).slots(1).build());
        for (int round = 0; round < 3; round++) {
            String key = "key-" + round;
            Accepted first = beginsAtOnce(Optional.of(key));
            assertThat(executions.find(TENANT, first.id()).orElseThrow().state()).isNotEqualTo(State.QUEUED);
            assertThat(ended(first.id()).kind()).isEqualTo("exited");
            // neither a repetition nor a conflict keeps a slot
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < 10; i++) {
                    var _ = threads.submit(() -> executions.accept(request(TENANT, "print once", ""), Optional.of("raced-" + key)));
                }
            }
            assertThatThrownBy(() -> executions.accept(request(TENANT, "exit 1", ""), Optional.of(key))).isInstanceOf(RejectedException.class);
        }
        ended(beginsAtOnce(Optional.empty()).id());
    }

    @Test
    void oneWhoseAcceptanceIsHeardTooLateIsRunAllTheSame() throws Exception {
        String replica = database.read(handle -> handle.createQuery("select id from replica").mapTo(String.class).one());
        var execution = new NewExecution(request(TENANT, "print late", ""), Optional.empty(), Instant.now());
        new Intake(database, UNHEARD).insert(execution, Optional.empty(), Optional.of(replica));
        assertThat(ended(execution.id()).stdout()).isEqualTo("late");
    }

    private Accepted beginsAtOnce(Optional<String> key) throws Exception {
        return beginsAtOnce(key, 0);
    }

    private Accepted beginsAtOnce(Optional<String> key, int queued) throws Exception {
        await().until(() -> executions.running() == 0 && executions.queued() == queued);
        var answer = new AtomicReference<Accepted>();
        await().until(() -> { // whether its slot is free again is to be seen only so
            answer.set(executions.accept(request(TENANT, "exit 0", ""), key));
            return answer.get().replayed() || answer.get().state() == State.RUNNING;
        });
        return answer.get();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void lackOfRoomRefusesNewWorkOnly(boolean disk) throws Exception {
        executions.close();
        NewExecution accepted = new NewExecution(request(TENANT, "print kept", ""), Optional.empty(), Instant.now());
        insert(accepted);
        executions = open(AsyncSettingsBuilder.builder(SETTINGS).maxBytes(disk ? 1L << 40 : 1).minFreeBytes(disk && database.freeBytes().isPresent() ? Long.MAX_VALUE : 0).build());
        assertThat(ended(accepted.id()).stdout()).isEqualTo("kept");
        if (!disk || database.freeBytes().isPresent()) {
            await().untilAsserted(() -> assertThatThrownBy(() -> accept("exit 0"))
                    .isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.kind()).isEqualTo(RejectedException.Kind.STORE_FULL)));
        }
    }

    @Test
    void oneTenantCannotFillTheStore() throws Exception {
        // given one that has much, in a store that is nearly full
        String much = executions.accept(request("greedy", "flood 1000000", ""), Optional.empty()).id();
        assertThat(executions.awaitEnd("greedy", much, PATIENCE).orElseThrow().state()).isEqualTo(State.FINISHED);
        executions.accept(request("greedy", "flood 1000000", ""), Optional.empty());
        await().atMost(PATIENCE).until(() -> executions.running() == 0);
        executions.close();
        var waiting = new NewExecution(request("greedy", "print waits", ""), Optional.empty(), Instant.now());
        executions = open(AsyncSettingsBuilder.builder(SETTINGS).maxBytes(database.sizeBytes() * 105 / 100).build());
        // then it is refused, and the others are not
        await().atMost(PATIENCE).untilAsserted(() -> assertThatThrownBy(() -> executions.accept(request("greedy", "exit 0", ""), Optional.empty()))
                .isInstanceOfSatisfying(RejectedException.class, e -> {
                    assertThat(e.kind()).isEqualTo(RejectedException.Kind.STORE_FULL);
                    assertThat(e.detail()).contains("yours");
                }));
        ended(accept("print modest"));
        // and what it has in the queue waits until there is room
        insert(waiting);
        ended(accept("print modest"));
        ended(accept("print modest"));
        assertThat(executions.find("greedy", waiting.id()).orElseThrow().state()).isEqualTo(State.QUEUED);
        assertThat(executions.delete("greedy", much)).isEqualTo(Deleted.REMOVED);
        for (StoredExecution execution : executions.list("greedy", new ExecutionFilter(Optional.of(State.FINISHED), Map.of(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), 50))) {
            executions.delete("greedy", execution.id());
        }
        assertThat(executions.awaitEnd("greedy", waiting.id(), PATIENCE).orElseThrow().outcome()).contains("exited");
    }

    @Test
    void executionIsKnownToRunBeforeItsThreadStarts() throws Exception {
        // given a machine on which no virtual thread gets to run, of which one is enough
        executions.close();
        insert(new NewExecution(request(TENANT, "print once", ""), Optional.empty(), Instant.now()));
        Claim claim = claimAs("slow#1", "slow");
        var runner = new AsyncRunner(new Claims(database, UNHEARD), service.dispatcher(), new HeapBudget(PATIENCE), new Changes(), new Backlog(System::nanoTime), SETTINGS, PAUSES, "slow#1");
        var started = new java.util.concurrent.CountDownLatch(1);
        runner.begin(claim, FunctionPlaces.Place.UNBOUNDED, task -> Thread.ofVirtual().unstarted(() -> {
            try {
                started.await();
                task.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        assertThat(runner.runs(claim.id())).isTrue();
        started.countDown();
        await().atMost(PATIENCE).until(() -> !runner.runs(claim.id()));
        executions = open(SETTINGS);
        assertThat(ended(claim.id()).stdout()).isEqualTo("once");
        assertThat(attempts(claim.id())).isEqualTo(1);
    }

    @Test
    void endOfRetentionForgetsEverything() throws Exception {
        executions.accept(request(TENANT, "print x", ", \"labels\": {\"a\": \"b\"}"), Optional.of("key"));
        String batch = executions.accept(new BatchOffer(ExecutionId.next(), TENANT, batch("{\"runtime\": \"python\", \"code\": \"exit 0\"}"), FunctionLookup.NONE, Optional.empty()), Optional.empty()).id();
        await().until(() -> executions.batch(TENANT, batch).orElseThrow().finishedAt().isPresent());
        executions.close();
        executions = open(AsyncSettingsBuilder.builder(SETTINGS).retention(Duration.ofMillis(1)).build());
        await().untilAsserted(() -> {
            for (String table : List.of("execution", "execution_label", "segment", "submission", "batch", "idempotency_key")) {
                assertThat(rows(table)).as(table).isZero();
            }
        });
    }

    @Test
    void tenantsTakeTurns() throws Exception {
        executions.close();
        for (int i = 0; i < 3; i++) {
            for (String tenant : List.of("a", "a", "a", "b")) {
                insert(new NewExecution(request(tenant, "exit 0", ""), Optional.empty(), Instant.now()));
            }
        }
        new Membership(database).join("r#1", "r");
        var claims = new Claims(database, UNHEARD);
        List<String> order = new ArrayList<>();
        var turns = new ClaimTurns();
        for (int i = 0; i < 4; i++) {
            Claim claim = claims.claim("r#1", service.dispatcher().offers(), turns, SkippedExecutions.NOTHING, PLACES).orElseThrow();
            turns.taken(claim.tenant(), "");
            order.add(claim.tenant());
        }
        assertThat(order).containsExactly("a", "b", "a", "b");
        assertThat(claims.claim("r#1", service.dispatcher().offers(), new ClaimTurns(), new SkippedExecutions(Set.of("a"), Set.of()), PLACES).orElseThrow().tenant()).isEqualTo("b");
    }

    private void insertOf(String function) throws Exception {
        var invocation = function.isEmpty() ? Optional.<Invocation>empty() : Optional.of(new Invocation(function, 1, Invocation.Trigger.API, OptionalInt.empty()));
        AsyncSubmission request = request(TENANT, "exit 0", "");
        insert(new NewExecution(request.with(request.submission().as(invocation)), Optional.empty(), Instant.now()));
    }

    @Test
    void functionsOfATenantTakeTurns() throws Exception {
        executions.close();
        for (String function : List.of("busy", "busy", "busy", "calm", "")) {
            insertOf(function);
        }
        new Membership(database).join("r#1", "r");
        var claims = new Claims(database, UNHEARD);
        var turns = new ClaimTurns();
        List<String> order = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Claim claim = claims.claim("r#1", service.dispatcher().offers(), turns, SkippedExecutions.NOTHING, PLACES).orElseThrow();
            String function = claim.invocation().map(Invocation::function).orElse("");
            turns.taken(claim.tenant(), function);
            order.add(function);
        }
        assertThat(order).containsExactly("", "busy", "calm", "busy", "busy");
    }

    /// A function that may have so many executions at once.
    private void bound(String function, int concurrency) throws Exception {
        database.write(handle -> handle.createUpdate("""
                        insert into function (tenant, name, current_version, current_digest, current_form, last_version, created_at, changed_at, concurrency)
                        values (:tenant, :name, 1, '', 1, 1, 0, 0, :most) on conflict (tenant, name) do update set concurrency = :most""")
                .bind("tenant", TENANT).bind("name", function).bind("most", concurrency).execute());
    }

    @Test
    void functionThatHasAsManyAsItMayIsNotInTheWay() throws Exception {
        executions.close();
        bound("busy", 1);
        bound("calm", 1);
        for (String function : List.of("busy", "busy", "calm", "calm")) {
            insertOf(function);
        }
        new Membership(database).join("r#1", "r");
        var claims = new Claims(database, UNHEARD);
        var places = new FunctionPlaces(System::nanoTime);
        var busy = Optional.of(new Invocation("busy", 1, Invocation.Trigger.API, OptionalInt.of(1)));
        FunctionPlaces.Place taken = places.tryEnter(TENANT, busy).orElseThrow();
        Map<String, Limits> offers = service.dispatcher().offers();
        var queries = new ExecutionQueries(database);
        // the other one has its turn
        Claim calm = claims.claim("r#1", offers, new ClaimTurns(), SkippedExecutions.NOTHING, places).orElseThrow();
        assertThat(calm.invocation()).contains(new Invocation("calm", 1, Invocation.Trigger.API, OptionalInt.of(1)));
        places.tryEnterNext(TENANT, calm.invocation());
        // and then nobody
        assertThat(claims.claim("r#1", offers, new ClaimTurns(), SkippedExecutions.NOTHING, places)).isEmpty();
        assertThat(queries.anyDue(offers, SkippedExecutions.NOTHING, places)).isFalse();
        assertThat(queries.queued(places.queued())).isEqualTo(3);
        // but what is only to be ended
        database.write(handle -> handle.createUpdate("update execution set cancel_requested = 1 where id = (select max(id) from execution where function_name = 'busy')").execute());
        Claim cancelled = claims.claim("r#1", offers, new ClaimTurns(), SkippedExecutions.NOTHING, places).orElseThrow();
        assertThat(cancelled.cancelRequested()).isTrue();
        taken.leave();
        assertThat(claims.claim("r#1", offers, new ClaimTurns(), SkippedExecutions.NOTHING, places).orElseThrow().invocation()).isEqualTo(busy);
    }

    @Test
    void cancelledExecutionEndsThoughItsFunctionHasAsManyAsItMay() throws Exception {
        executions.close();
        bound("busy", 1);
        insertOf("busy");
        insertOf("busy");
        String cancelled = database.read(handle -> handle.createQuery("select max(id) from execution where function_name = 'busy'").mapTo(String.class).one());
        database.write(handle -> handle.createUpdate("update execution set cancel_requested = 1 where id = :id").bind("id", cancelled).execute());
        FunctionPlaces.Place taken = service.dispatcher().functionPlaces().tryEnter(TENANT, Optional.of(new Invocation("busy", 1, Invocation.Trigger.API, OptionalInt.of(1)))).orElseThrow();
        executions = open(SETTINGS);
        assertThat(ended(cancelled).kind()).isEqualTo("cancelled");
        assertThat(executions.queued()).isOne();
        taken.leave();
        await().until(() -> executions.queued() == 0);
    }

    @Test
    void tenantsExecutionsBeyondItsConcurrencyWaitInsteadOfBeingRefused() throws Exception {
        executions.close();
        service.close();
        var quota = new Quota(Optional.empty(), Optional.of(1), Optional.empty());
        service = new FakeService(new Quotas(tenant -> quota, InstantSource.system()));
        executions = open(SETTINGS);
        List<String> ids = List.of(accept("print 1"), accept("print 2"), accept("print 3"));
        for (String id : ids) {
            assertThat(ended(id).kind()).isEqualTo("exited");
        }
    }

    @Test
    void missingRuntimesExecutionsWaitForIt() throws Exception {
        service.engine().down(true);
        String id = accept("print later");
        await().until(() -> executions.running() == 1 || executions.queued() == 1);
        service.engine().down(false);
        assertThat(ended(id).stdout()).isEqualTo("later");
    }

    @Test
    void nothingIsLeftWithoutItsExecution() throws Exception {
        ended(accept("print x"));
        for (String table : List.of("segment", "submission", "execution_label")) {
            assertThat(orphans(table)).as(table).isZero();
        }
    }
}
