package dev.mayfly.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.async.AsyncExecutions;
import dev.mayfly.async.AsyncSettingsBuilder;
import dev.mayfly.async.ExecutionFilter;
import dev.mayfly.async.StoredExecution;
import dev.mayfly.execution.ExecutionId;
import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.Invocation;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.function.FunctionSettingsBuilder;
import dev.mayfly.function.Functions;
import dev.mayfly.function.Precondition;
import dev.mayfly.sandbox.Stdin;
import dev.mayfly.store.Database;
import dev.mayfly.store.DatabaseSettings;
import dev.mayfly.testing.FakeService;
import dev.mayfly.wire.FunctionDefinition;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Exactly one execution for each due time, whatever replicas, clocks and changes do; on each database. The clock is the
/// test's, and so are the looks.
abstract class ScheduleContract {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration YEARS = Duration.ofDays(3650);

    private final String tenant = ExecutionId.next().toLowerCase(Locale.ROOT);
    private final List<Replica> replicas = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-29T12:00:00.500Z");
    private volatile boolean hasSecret = true;

    /// An empty database, or one that earlier tests have left: each test has a tenant of its own.
    abstract DatabaseSettings settings() throws Exception;

    /// One of several services that share the store.
    private final class Replica implements AutoCloseable {
        private final FakeService service = new FakeService(ScheduleContract.this::secrets);
        private final Database database;
        private final AsyncExecutions executions;
        private final Functions functions;
        private final Schedules schedules;

        Replica(DatabaseSettings settings, int maxQueued) throws Exception {
            InstantSource clock = () -> now;
            database = Database.open(settings);
            var async = AsyncSettingsBuilder.builder().replica(tenant + replicas.size()).slots(4).maxQueued(maxQueued).maxBytes(1L << 40).minFreeBytes(0).retention(Duration.ofHours(1))
                    .replicaTimeout(Duration.ofSeconds(5)).maxAttempts(3).build();
            var listener = new ScheduleListener(database, clock);
            executions = AsyncExecutions.open(database, (handle, ended) -> {}, listener, service.dispatcher(), new HeapBudget(PATIENCE), async);
            functions = new Functions(database, executions, (handle, ended) -> {}, service.dispatcher(), listener,
                    FunctionSettingsBuilder.builder().maxFunctions(1000).maxBytes(1 << 20).maxVersions(9).retention(Duration.ofHours(1)).build());
            schedules = new Schedules(database, functions, executions, YEARS, clock);
        }

        /// Looks until nothing is due; a look is of all tenants.
        int look() throws Exception {
            int looks = 0;
            while (schedules.round()) {
                looks++;
            }
            return looks;
        }

        @Override
        public void close() throws Exception {
            executions.close();
            database.close();
            service.close();
        }
    }

    @BeforeEach
    void start() throws Exception {
        replicas.add(new Replica(settings(), 100_000));
    }

    @AfterEach
    void stop() throws Exception {
        for (String name : names()) {
            replica().functions.delete(tenant, name, Precondition.NONE);
        }
        for (Replica replica : replicas) {
            replica.close();
        }
    }

    private Replica replica() {
        return replicas.getFirst();
    }

    private List<String> names() throws Exception {
        return replica().functions.list(tenant, Optional.empty(), 1000).stream().map(function -> function.name()).toList();
    }

    private Map<String, String> secrets(String owner, Set<String> names) throws RejectedException {
        if (!hasSecret) {
            throw RejectedException.because(RejectedException.Kind.MISSING_SECRET, "secrets", "the secret is gone");
        }
        return names.stream().collect(Collectors.toMap(name -> name, name -> "value"));
    }

    private static FunctionDefinition definition(String code, String schedule) throws RejectedException {
        return FunctionDefinition.read("{\"runtime\": \"python\", \"code\": \"%s\"%s}".formatted(code, schedule.isEmpty() ? "" : ", \"schedule\": " + schedule).getBytes(UTF_8));
    }

    private void put(String name, String code, String schedule) throws Exception {
        replica().functions.put(tenant, name, definition(code, schedule), Precondition.NONE);
    }

    private void look() throws Exception {
        replica().look();
    }

    private void after(Duration time) throws Exception {
        now = now.plus(time);
        look();
    }

    private ScheduleState state(String name) throws Exception {
        return replica().schedules.find(tenant, name).orElseThrow();
    }

    /// `run` or why not, of each due time in order, as far as it is shown.
    private List<String> decided(String name) throws Exception {
        return state(name).recent().reversed().stream().map(due -> due.skipped().map(DueTime.Skipped::wireName).orElse("run")).toList();
    }

    private List<DueTime> all(String name) throws Exception {
        return new ScheduleStore(replica().database).recent(tenant, name, 10_000).reversed();
    }

    private List<StoredExecution> executed(String name) throws Exception {
        List<StoredExecution> all = new ArrayList<>();
        Optional<String> before = Optional.empty();
        while (true) {
            var filter = new ExecutionFilter(Optional.empty(), Map.of(), Optional.empty(), Optional.empty(), Optional.empty(), before, 200, Optional.of(name));
            List<StoredExecution> page = replica().executions.list(tenant, filter);
            all.addAll(page);
            if (page.size() < 200) {
                return all;
            }
            before = Optional.of(page.getLast().id());
        }
    }

    private void endLast(String name) throws Exception {
        String id = executed(name).getFirst().id();
        replica().executions.delete(tenant, id);
        await().atMost(PATIENCE).until(() -> replica().executions.find(tenant, id).orElseThrow().outcome().isPresent());
    }

    // ---- due times

    @Test
    void functionRunsWhenItIsDueAndShowsWhy() throws Exception {
        put("tick", "exit 7", "{\"everySeconds\": 10, \"input\": {\"a\": 1}}");
        assertThat(state("tick").status()).isEqualTo(ScheduleState.Status.ACTIVE);
        assertThat(state("tick").next()).containsExactly(Stream.iterate(Instant.parse("2026-11-29T12:00:10Z"), due -> due.plusSeconds(10)).limit(5).toArray(Instant[]::new));
        after(Duration.ofSeconds(9));
        assertThat(executed("tick")).isEmpty();
        after(Duration.ofSeconds(1));
        DueTime due = state("tick").recent().getFirst();
        assertThat(due.dueAt()).isEqualTo(Instant.parse("2026-11-29T12:00:10Z"));
        String id = due.executionId().orElseThrow();
        StoredExecution ended = replica().executions.awaitEnd(tenant, id, PATIENCE).orElseThrow();
        assertThat(ended.evidence()).containsEntry("exitCode", 7);
        assertThat(ended.invocation()).contains(new Invocation("tick", 1, Invocation.Trigger.SCHEDULE, OptionalInt.empty()));
        assertThat(executed("tick")).hasSize(1);
        assertThat(replica().schedules.run()).isEqualTo(1);
        assertThat(replica().schedules.lateness()).isZero();
    }

    @Test
    void programGetsItsInputAndDueTime() throws Exception {
        FunctionDefinition definition = definition("exit 0", "{\"everySeconds\": 10, \"input\": {\"a\": 1}}");
        var program = Look.submission(tenant, "tick", 1, definition, Schedule.of(definition).orElseThrow(), Instant.parse("2026-11-29T12:00:10Z")).submission().program();
        assertThat(program.env()).containsEntry("MAYFLY_DUE_AT", "2026-11-29T12:00:10Z").containsEntry("MAYFLY_INPUT", "{\"a\":1}");
        assertThat(program.stdin()).isInstanceOfSatisfying(Stdin.Bytes.class, stdin -> assertThat(stdin.content()).asString(UTF_8).isEqualTo("{\"a\":1}"));
    }

    @Test
    void eachDueTimeIsRunOnceThoughReplicasLookTogether() throws Exception {
        replicas.add(new Replica(settings(), 100_000));
        replicas.add(new Replica(settings(), 100_000));
        for (int i = 0; i < 70; i++) {
            put("f" + i, "exit 0", "{\"everySeconds\": 5, \"overlap\": \"allow\"}");
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 4; i++) {
                now = now.plusSeconds(5);
                List<Callable<Integer>> looks = replicas.stream().<Callable<Integer>>map(replica -> replica::look).toList();
                for (Future<Integer> look : threads.invokeAll(looks)) {
                    look.get();
                }
                look(); // what one has left to another that was looking at it
            }
        }
        for (String name : names()) {
            List<DueTime> all = all(name);
            assertThat(all.stream().map(DueTime::dueAt)).as(name).containsExactly(
                    Stream.iterate(Instant.parse("2026-11-29T12:00:05Z"), due -> due.plusSeconds(5)).limit(4).toArray(Instant[]::new));
            assertThat(executed(name).stream().map(StoredExecution::id)).as(name).containsExactlyInAnyOrderElementsOf(all.stream().map(due -> due.executionId().orElseThrow()).toList());
        }
    }

    /// From before each change to behind it. `TimetableTest` goes through the years.
    @ParameterizedTest
    @CsvSource({"Europe/Berlin, 2026-03-29, 2026-10-25", "America/New_York, 2026-03-08, 2026-11-01", "Australia/Lord_Howe, 2026-04-05, 2026-10-04"})
    void dayIsRunOnceWhereClocksChange(ZoneId zone, LocalDate firstChange, LocalDate secondChange) throws Exception {
        for (LocalDate change : List.of(firstChange, secondChange)) {
            String name = "on-" + change;
            List<LocalDate> days = change.minusDays(2).datesUntil(change.plusDays(3)).toList();
            now = days.getFirst().atStartOfDay(zone).toInstant();
            put(name, "exit 0", "{\"cron\": \"15 2 * * *\", \"timeZone\": \"%s\", \"overlap\": \"allow\"}".formatted(zone));
            while (all(name).size() < days.size()) {
                // each due time by itself, just when it comes
                now = new ScheduleStore(replica().database).firstLook().orElseThrow();
                look();
            }
            assertThat(all(name)).as(name).allSatisfy(due -> assertThat(due.executionId()).isPresent())
                    .extracting(due -> LocalDate.ofInstant(due.dueAt(), zone)).containsExactlyElementsOf(days);
            assertThat(executed(name)).hasSameSizeAs(days);
            replica().functions.delete(tenant, name, Precondition.NONE);
        }
    }

    @Test
    void dueTimeThatComesAgainByAnotherClockIsNotRunAgain() throws Exception {
        put("tick", "exit 0", "{\"everySeconds\": 10, \"overlap\": \"allow\"}");
        after(Duration.ofSeconds(20));
        assertThat(executed("tick")).hasSize(2);
        // a replica whose clock is late stores another schedule
        now = now.minusSeconds(15);
        put("tick", "exit 0", "{\"everySeconds\": 5, \"overlap\": \"allow\"}");
        after(Duration.ofSeconds(15));
        assertThat(all("tick").stream().map(DueTime::dueAt)).containsExactly(
                Instant.parse("2026-11-29T12:00:10Z"), Instant.parse("2026-11-29T12:00:15Z"), Instant.parse("2026-11-29T12:00:20Z"));
        assertThat(executed("tick")).hasSize(3);
    }

    // ---- overlap and misfires

    @Test
    void dueTimeIsSkippedWhileTheExecutionBeforeItRuns() throws Exception {
        put("slow", "sleep 60000", "{\"everySeconds\": 10}");
        after(Duration.ofSeconds(10));
        after(Duration.ofSeconds(10));
        assertThat(decided("slow")).containsExactly("run", "overlap");
        assertThat(state("slow").recent().getFirst().reason()).hasValueSatisfying(reason -> assertThat(reason).contains("had not ended"));
        endLast("slow");
        after(Duration.ofSeconds(10));
        assertThat(decided("slow")).containsExactly("run", "overlap", "run");
        assertThat(replica().schedules.skipped(DueTime.Skipped.OVERLAP)).isEqualTo(1);
        endLast("slow");
    }

    @Test
    void dueTimeWaitsForTheEndOfTheExecutionBeforeIt() throws Exception {
        put("slow", "sleep 60000", "{\"everySeconds\": 100, \"overlap\": \"queue\"}");
        after(Duration.ofSeconds(100));
        after(Duration.ofSeconds(100));
        assertThat(decided("slow")).containsExactly("run");
        assertThat(state("slow").waiting()).contains(Instant.parse("2026-11-29T12:03:20Z"));
        look();
        assertThat(executed("slow")).hasSize(1);
        after(Duration.ofSeconds(100));
        assertThat(decided("slow")).containsExactly("run", "overlap");
        endLast("slow");
        look(); // its end has put it before the eyes of all
        assertThat(executed("slow")).hasSize(2);
        assertThat(all("slow").get(1).executionId()).isPresent();
        assertThat(state("slow").waiting()).isEmpty();
        endLast("slow");
    }

    @Test
    void dueTimeThatWaitsIsNotLostWithoutATrace() throws Exception {
        for (String how : List.of("paused", "changed")) {
            put(how, "sleep 60000", "{\"everySeconds\": 100, \"overlap\": \"queue\"}");
        }
        after(Duration.ofSeconds(100));
        after(Duration.ofSeconds(100));
        replica().schedules.pause(tenant, "paused");
        put("changed", "sleep 60000", "{\"everySeconds\": 1000, \"overlap\": \"queue\"}");
        for (String how : List.of("paused", "changed")) {
            assertThat(decided(how)).containsExactly("run", "overlap");
            assertThat(state(how).recent().getFirst().reason()).hasValueSatisfying(reason -> assertThat(reason).contains(how + " while it waited"));
            endLast(how);
        }
    }

    @Test
    void onlyTheLatestSkippedDueTimesAreStored() throws Exception {
        put("slow", "sleep 60000", "{\"everySeconds\": 1}");
        for (int i = 0; i < 40; i++) {
            after(Duration.ofSeconds(1));
        }
        assertThat(all("slow")).hasSize(21).first().satisfies(due -> assertThat(due.executionId()).isPresent());
        endLast("slow");
    }

    @Test
    void largeFunctionsDoNotComeIntoMemoryTogether() throws Exception {
        var code = "sleep " + "x".repeat(9 << 20);
        var roomy = new Functions(replica().database, replica().executions, (handle, ended) -> {}, replica().service.dispatcher(), new ScheduleListener(replica().database, () -> now),
                FunctionSettingsBuilder.builder().maxFunctions(9).maxBytes(1L << 30).maxVersions(3).retention(Duration.ofHours(1)).build());
        for (int i = 0; i < 3; i++) {
            roomy.put(tenant, "large" + i, definition(code, "{\"everySeconds\": 1000}"), Precondition.NONE);
        }
        now = state("large0").next().getFirst();
        assertThat(replica().schedules.round()).isTrue();
        assertThat(replica().schedules.run()).isEqualTo(2);
        look();
        assertThat(replica().schedules.run()).isEqualTo(3);
        for (int i = 0; i < 3; i++) {
            endLast("large" + i);
        }
    }

    @Test
    void scheduleOfALaterReleaseIsLeftToItsReplicas() throws Exception {
        put("tick", "exit 0", "{\"everySeconds\": 10}");
        replica().database.write(handle -> handle.execute("update schedule set definition = '{\"everySeconds\": 10, \"overlap\": \"later\"}' where tenant = ?", tenant));
        after(Duration.ofSeconds(10));
        assertThat(executed("tick")).isEmpty();
        replica().database.write(handle -> handle.execute("update schedule set definition = '{\"everySeconds\": 10, \"later\": 1}' where tenant = ?", tenant));
        after(Duration.ofSeconds(6));
        assertThat(decided("tick")).containsExactly("run");
    }

    @Test
    void executionsRunBesideEachOtherWhereTheyMay() throws Exception {
        put("slow", "sleep 60000", "{\"everySeconds\": 10, \"overlap\": \"allow\"}");
        after(Duration.ofSeconds(10));
        after(Duration.ofSeconds(10));
        assertThat(decided("slow")).containsExactly("run", "run");
        for (StoredExecution execution : executed("slow")) {
            replica().executions.delete(tenant, execution.id());
        }
    }

    @Test
    void missedDueTimesAreSkippedOrRunOnce() throws Exception {
        put("skips", "exit 0", "{\"cron\": \"@hourly\"}");
        put("once", "exit 0", "{\"cron\": \"@hourly\", \"misfires\": \"once\"}");
        after(Duration.ofMinutes(30 * 60 + 30));
        assertThat(decided("skips")).containsExactly("misfire");
        assertThat(decided("once")).containsExactly("run");
        assertThat(executed("once")).hasSize(1);
        assertThat(state("once").next().getFirst()).isEqualTo(Instant.parse("2026-11-30T19:00:00Z"));
        after(Duration.ofMinutes(31).plusSeconds(1));
        assertThat(decided("skips")).containsExactly("misfire", "misfire");
        after(Duration.ofMinutes(59).plusSeconds(58));
        assertThat(decided("skips")).containsExactly("misfire", "misfire", "run");
    }

    @Test
    void dueTimeForWhichThereIsNoRoomWaitsForIt() throws Exception {
        put("tick", "exit 0", "{\"everySeconds\": 1000}");
        replicas.add(new Replica(settings(), 0));
        now = state("tick").next().getFirst();
        replicas.getLast().look();
        assertThat(executed("tick")).isEmpty();
        look();
        assertThat(executed("tick")).as("nobody comes back to it too early").isEmpty();
        after(Duration.ofSeconds(1));
        assertThat(decided("tick")).containsExactly("run");
        assertThat(executed("tick")).hasSize(1);
    }

    @Test
    void dueTimeOfWhatCannotRunSaysWhy() throws Exception {
        replica().functions.put(tenant, "secretive",
                FunctionDefinition.read("{\"runtime\": \"python\", \"code\": \"exit 0\", \"secrets\": [\"A\"], \"schedule\": {\"everySeconds\": 10}}".getBytes(UTF_8)), Precondition.NONE);
        hasSecret = false;
        after(Duration.ofSeconds(10));
        assertThat(state("secretive").recent().getFirst()).satisfies(due -> {
            assertThat(due.skipped()).contains(DueTime.Skipped.REJECTED);
            assertThat(due.reason()).contains("the secret is gone");
        });
        hasSecret = true;
        after(Duration.ofSeconds(10));
        assertThat(decided("secretive")).containsExactly("rejected", "run");
    }

    // ---- changes

    @Test
    void changeOfTheCodeLeavesTheDueTimesAlone() throws Exception {
        put("tick", "exit 0", "{\"everySeconds\": 10}");
        now = now.plusSeconds(10); // due, and nobody has looked
        put("tick", "exit 1", "{\"everySeconds\": 10}");
        look();
        assertThat(executed("tick").getFirst().invocation().orElseThrow().version()).isEqualTo(2);
        put("tick", "exit 1", "{\"everySeconds\": 30}");
        assertThat(state("tick").next().getFirst()).isEqualTo(Instant.parse("2026-11-29T12:00:30Z"));
        replica().functions.rollBack(tenant, "tick", 1, Precondition.NONE);
        assertThat(state("tick").next().getFirst()).isEqualTo(Instant.parse("2026-11-29T12:00:20Z"));
        after(Duration.ofSeconds(10));
        assertThat(executed("tick").getFirst().invocation().orElseThrow().version()).isEqualTo(1);
    }

    @Test
    void nothingComesDueOfWhatIsDisabledOrGone() throws Exception {
        put("tick", "exit 0", "{\"everySeconds\": 10}");
        put("tick", "exit 0", "{\"everySeconds\": 10, \"enabled\": false}");
        assertThat(state("tick").status()).isEqualTo(ScheduleState.Status.DISABLED);
        assertThat(state("tick").next()).isEmpty();
        put("bare", "exit 0", "{\"everySeconds\": 10}");
        put("bare", "exit 0", "");
        put("deleted", "exit 0", "{\"everySeconds\": 10}");
        replica().functions.delete(tenant, "deleted", Precondition.NONE);
        after(Duration.ofSeconds(50));
        assertThat(executed("tick")).isEmpty();
        assertThat(executed("bare")).isEmpty();
        assertThat(executed("deleted")).isEmpty();
        assertThat(replica().schedules.find(tenant, "bare")).isEmpty();
        assertThat(replica().schedules.find(tenant, "deleted")).isEmpty();
        put("tick", "exit 0", "{\"everySeconds\": 10, \"enabled\": true}");
        after(Duration.ofSeconds(10));
        assertThat(decided("tick")).containsExactly("run");
    }

    @Test
    void pauseHoldsWhateverIsDeployed() throws Exception {
        put("tick", "exit 0", "{\"everySeconds\": 10}");
        assertThat(replica().schedules.pause(tenant, "tick")).isTrue();
        assertThat(state("tick").status()).isEqualTo(ScheduleState.Status.PAUSED);
        assertThat(state("tick").pausedAt()).contains(Instant.ofEpochMilli(now.toEpochMilli()));
        after(Duration.ofSeconds(10));
        put("tick", "exit 1", "{\"everySeconds\": 20}");
        after(Duration.ofSeconds(40));
        assertThat(executed("tick")).isEmpty();
        assertThat(replica().schedules.resume(tenant, "tick")).isTrue();
        assertThat(state("tick").next().getFirst()).isEqualTo(Instant.parse("2026-11-29T12:01:00Z"));
        after(Duration.ofSeconds(10));
        assertThat(executed("tick")).hasSize(1);
        // once more, it changes nothing
        assertThat(replica().schedules.resume(tenant, "tick")).isTrue();
        assertThat(state("tick").next().getFirst()).isEqualTo(Instant.parse("2026-11-29T12:01:20Z"));
        assertThat(replica().schedules.pause(tenant, "other")).isFalse();
        assertThat(replica().schedules.resume(tenant, "other")).isFalse();
    }

    @Test
    void scheduleThatFailsTooOftenInARowIsPausedAndSaysSo() throws Exception {
        String schedule = "{\"everySeconds\": 10, \"pauseAfterFailures\": 2}";
        put("failing", "exit 1", schedule);
        afterItsEnd("failing");
        assertThat(state("failing").status()).isEqualTo(ScheduleState.Status.ACTIVE);
        put("failing", "exit 0", schedule);
        afterItsEnd("failing"); // a success in between
        put("failing", "exit 1", schedule);
        afterItsEnd("failing");
        assertThat(state("failing").status()).isEqualTo(ScheduleState.Status.ACTIVE);
        afterItsEnd("failing");
        assertThat(state("failing").status()).isEqualTo(ScheduleState.Status.PAUSED);
        assertThat(state("failing").pauseReason()).contains("failures");
        assertThat(state("failing").next()).isEmpty();
        after(Duration.ofSeconds(30));
        assertThat(executed("failing")).hasSize(4);
        replica().schedules.resume(tenant, "failing");
        assertThat(state("failing").pauseReason()).isEmpty();
        afterItsEnd("failing");
        assertThat(state("failing").status()).isEqualTo(ScheduleState.Status.ACTIVE);
        assertThat(executed("failing")).hasSize(5);
    }

    private void afterItsEnd(String name) throws Exception {
        after(Duration.ofSeconds(10));
        assertThat(replica().executions.awaitEnd(tenant, executed(name).getFirst().id(), PATIENCE).orElseThrow().outcome()).isPresent();
    }

    @Test
    void othersSeeAndChangeNothingOfIt() throws Exception {
        put("tick", "exit 0", "{\"everySeconds\": 10}");
        String other = tenant + "x";
        assertThat(replica().schedules.find(other, "tick")).isEmpty();
        assertThat(replica().schedules.pause(other, "tick")).isFalse();
        assertThat(replica().schedules.resume(other, "tick")).isFalse();
        assertThat(state("tick").status()).isEqualTo(ScheduleState.Status.ACTIVE);
    }

    @Test
    void scheduleThatIsWrongIsNotStored() throws Exception {
        assertThatThrownBy(() -> put("tick", "exit 0", "{\"cron\": \"nonsense\"}"))
                .isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.field()).contains("schedule.cron"));
        assertThatThrownBy(() -> definition("exit 0", "{\"crom\": \"@daily\"}"))
                .isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.field()).contains("schedule.crom"));
        assertThatThrownBy(() -> definition("exit 0", "7")).isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.field()).contains("schedule"));
        assertThat(replica().functions.find(tenant, "tick")).isEmpty();
    }

    @Test
    void whatBecameOfDueTimesIsForgottenInTime() throws Exception {
        put("tick", "exit 0", "{\"everySeconds\": 10, \"overlap\": \"allow\"}");
        after(Duration.ofSeconds(20));
        assertThat(all("tick")).hasSize(2);
        replica().schedules.pause(tenant, "tick");
        after(YEARS.plusSeconds(1));
        assertThat(all("tick")).isEmpty();
    }
}
