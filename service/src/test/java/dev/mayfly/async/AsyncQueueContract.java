package dev.mayfly.async;

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
import dev.mayfly.sandbox.Limits;
import dev.mayfly.testing.FakeService;
import dev.mayfly.wire.AsyncSubmission;
import dev.mayfly.wire.FunctionLookup;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whose turn it is, and how much is accepted; on each database.
abstract class AsyncQueueContract extends AsyncFixture {
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

    // ---- turns

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

    /// A function that may have so many executions at the same time.
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
}
