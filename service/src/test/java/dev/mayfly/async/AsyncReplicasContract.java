package dev.mayfly.async;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.execution.ExecutionId;
import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.Quotas;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.runtime.RuntimeCatalog;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.store.Database;
import dev.mayfly.store.DatabaseSettings;
import dev.mayfly.testing.FakeService;
import dev.mayfly.testing.TestEngine;
import dev.mayfly.wire.AsyncSubmission;
import dev.mayfly.wire.Json;
import dev.mayfly.wire.ResultView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// One outcome each, also where replicas die, stop, are of other releases, or cannot run it; on each database.
abstract class AsyncReplicasContract extends AsyncFixture {
    // ---- replicas

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

    @Test
    void deadReplicasExecutionIsStartedAgainAndItsOwnOutcomeDoesNotCount() throws Exception {
        executions.close(); // nobody else is there
        var claims = new Claims(database, new Completion((handle, ended) -> reported.add(ended), InvocationListener.NONE));
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
    void wholeOutcomeIsReportedWithoutTheResult() throws Exception {
        String id = accept("exit 3");
        ended(id);
        assertThat(executions.find(TENANT, id).orElseThrow().evidence()).isEqualTo(Map.of("kind", "exited", "exitCode", 3));
        // of what an earlier release has ended, what that wrote
        database.write(handle -> handle.execute("update execution set outcome_detail = null"));
        assertThat(executions.find(TENANT, id).orElseThrow().evidence()).isEqualTo(Map.of("kind", "exited"));
    }
}
