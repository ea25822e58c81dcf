package dev.mayfly.function;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.async.AsyncExecutions;
import dev.mayfly.async.AsyncSettingsBuilder;
import dev.mayfly.async.AwaitedInvocation;
import dev.mayfly.async.BatchOffer;
import dev.mayfly.async.ExecutionFilter;
import dev.mayfly.async.FunctionActivity;
import dev.mayfly.async.FunctionLog;
import dev.mayfly.async.State;
import dev.mayfly.execution.CollectedOutput;
import dev.mayfly.execution.Execution;
import dev.mayfly.execution.ExecutionId;
import dev.mayfly.execution.ExecutionResult;
import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.Invocation;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.Submission;
import dev.mayfly.function.Change.Status;
import dev.mayfly.store.Database;
import dev.mayfly.store.DatabaseSettings;
import dev.mayfly.store.Eventually;
import dev.mayfly.testing.FakeService;
import dev.mayfly.wire.AsyncBatch;
import dev.mayfly.wire.AsyncSubmission;
import dev.mayfly.wire.FunctionDefinition;
import dev.mayfly.wire.FunctionLookup;
import dev.mayfly.wire.FunctionReference;
import dev.mayfly.wire.InvocationView;
import dev.mayfly.wire.Requester;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Versions never change, nothing is stored that could not run, and a tenant sees its own functions only; on each
/// database.
abstract class FunctionContract {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final FunctionSettings SETTINGS = FunctionSettingsBuilder.builder().maxFunctions(4).maxBytes(2000).maxVersions(3).retention(Duration.ofHours(1)).build();

    private final String tenant = ExecutionId.next().toLowerCase(Locale.ROOT);
    private FakeService service;
    private Database database;
    private AsyncExecutions executions;
    private Functions functions;
    private FunctionLookup lookup;
    private FunctionLog log;
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private volatile boolean hasSecret = true;

    /// An empty database, or one that earlier tests have left: each test has a tenant of its own.
    abstract DatabaseSettings settings() throws Exception;

    @BeforeEach
    void start() throws Exception {
        service = new FakeService(this::secrets);
        database = Database.open(settings());
        var async = AsyncSettingsBuilder.builder().replica(tenant).slots(4).maxQueued(1000).maxBytes(1L << 40).minFreeBytes(0).retention(Duration.ofHours(1))
                .replicaTimeout(Duration.ofSeconds(5)).maxAttempts(3).build();
        executions = AsyncExecutions.open(database, (handle, ended) -> {}, service.dispatcher(), new HeapBudget(PATIENCE), async);
        functions = new Functions(database, executions, (handle, ended) -> {}, service.dispatcher(), FunctionListener.NONE, SETTINGS);
        log = new FunctionLog(database, executions);
        lookup = new StoredFunctions(new Eventually<>(() -> functions));
    }

    @AfterEach
    void stop() throws Exception {
        log.close();
        executions.close();
        database.close();
        service.close();
    }

    private Map<String, String> secrets(String owner, Set<String> names) throws RejectedException {
        asked.add(owner + " " + names);
        if (!hasSecret) {
            throw RejectedException.because(RejectedException.Kind.MISSING_SECRET, "secrets", "it is gone");
        }
        return names.stream().collect(Collectors.toMap(name -> name, name -> "value"));
    }

    private static FunctionDefinition definition(String code, String more) throws RejectedException {
        return FunctionDefinition.read("{\"runtime\": \"python\", \"code\": \"%s\"%s}".formatted(code, more).getBytes(UTF_8));
    }

    private Change put(String name, String code) throws Exception {
        return functions.put(tenant, name, definition(code, ""), Precondition.NONE);
    }

    private StoredFunction function(String name) throws Exception {
        return functions.find(tenant, name).orElseThrow();
    }

    private List<Integer> versions(String name) throws Exception {
        return functions.versions(tenant, name, OptionalInt.empty(), 200).stream().map(FunctionVersion::number).toList();
    }

    private static Precondition ifMatch(String... digests) {
        return new Precondition(Optional.of(Set.of(digests)), Optional.empty());
    }

    @Test
    void eachChangeIsAVersionAndTheSameContentIsNone() throws Exception {
        Change first = put("greet", "exit 0");
        assertThat(first.status()).isEqualTo(Status.CREATED);
        assertThat(put("greet", "exit 0").status()).isEqualTo(Status.UNCHANGED);
        Change second = put("greet", "exit 1");
        assertThat(second.status()).isEqualTo(Status.CHANGED);
        assertThat(second.function().orElseThrow().current().number()).isEqualTo(2);
        assertThat(second.function().orElseThrow().createdAt()).isEqualTo(first.function().orElseThrow().createdAt());
        // what the first one said is the first one again
        Change third = put("greet", "exit 0");
        assertThat(third.status()).isEqualTo(Status.CHANGED);
        assertThat(third.function().orElseThrow().current()).isEqualTo(first.function().orElseThrow().current());
        assertThat(versions("greet")).containsExactly(2, 1);
        assertThat(functions.definition(tenant, "greet", 2).orElseThrow().path("code").textValue()).isEqualTo("exit 1");
    }

    @Test
    void digestIsOfWhatIsSaidAndNotOfItsOrder() throws Exception {
        put("greet", "exit 0");
        String digest = function("greet").current().digest();
        assertThat(digest).matches("sha256:[0-9a-f]{64}");
        var other = FunctionDefinition.read("{\"code\": \"exit 0\",   \"runtime\": \"python\"}".getBytes(UTF_8));
        assertThat(functions.put(tenant, "greet", other, Precondition.NONE).status()).isEqualTo(Status.UNCHANGED);
        functions.put(tenant, "greet", definition("exit 0", ", \"description\": \"says hello\""), Precondition.NONE);
        assertThat(function("greet").current().digest()).isNotEqualTo(digest);
        assertThat(function("greet").current().description()).contains("says hello");
        assertThat(function("greet").current().runtime()).contains("python");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{\"runtime\": \"cobol\", \"code\": \"1\"} | runtime",
        "{\"runtime\": \"python\", \"code\": \"1\", \"limits\": {\"wallTimeMs\": 999999999}} | limits.wallTimeMs",
        "{\"runtime\": \"python\"} | code",
        "{\"runtime\": \"python\", \"code\": \"1\", \"input\": 1} | input",
        "{\"function\": \"other\"} | function",
        "{\"runtime\": \"python\", \"code\": \"1\", \"description\": 1} | description",
        "{\"runtime\": \"python\", \"code\": \"1\", \"concurrency\": 0} | concurrency",
        "{\"runtime\": \"python\", \"code\": \"1\", \"concurrency\": 10001} | concurrency",
        "{\"runtime\": \"python\", \"code\": \"1\", \"concurrency\": 1.5} | concurrency",
        "{\"runtime\": \"python\", \"code\": \"1\", \"labels\": {\"a\": null}} | labels.a",
    })
    void whatCouldNotRunIsNotStored(String json, String field) throws Exception {
        assertThatThrownBy(() -> functions.put(tenant, "wrong", FunctionDefinition.read(json.getBytes(UTF_8)), Precondition.NONE))
                .isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.field()).contains(field));
        assertThat(functions.find(tenant, "wrong")).isEmpty();
    }

    @Test
    void updateThatWouldBeLostIsRefused() throws Exception {
        put("greet", "exit 0");
        String before = function("greet").current().digest();
        put("greet", "exit 1");
        assertThat(functions.put(tenant, "greet", definition("exit 2", ""), ifMatch(before)).status()).isEqualTo(Status.PRECONDITION_FAILED);
        assertThat(functions.rollBack(tenant, "greet", 1, ifMatch(before)).status()).isEqualTo(Status.PRECONDITION_FAILED);
        assertThat(functions.delete(tenant, "greet", ifMatch(before)).status()).isEqualTo(Status.PRECONDITION_FAILED);
        assertThat(versions("greet")).containsExactly(2, 1);
        assertThat(functions.put(tenant, "greet", definition("exit 2", ""), ifMatch(before, function("greet").current().digest())).status()).isEqualTo(Status.CHANGED);
        var mustNotExist = new Precondition(Optional.empty(), Optional.of(false));
        assertThat(functions.put(tenant, "greet", definition("exit 3", ""), mustNotExist).status()).isEqualTo(Status.PRECONDITION_FAILED);
        assertThat(functions.put(tenant, "new", definition("exit 3", ""), ifMatch(before)).status()).isEqualTo(Status.PRECONDITION_FAILED);
        assertThat(functions.find(tenant, "new")).isEmpty();
        assertThat(functions.put(tenant, "new", definition("exit 3", ""), mustNotExist).status()).isEqualTo(Status.CREATED);
    }

    @Test
    void rollbackMakesAnotherVersionTheCurrentOne() throws Exception {
        put("greet", "exit 0");
        put("greet", "exit 1");
        assertThat(functions.rollBack(tenant, "greet", 1, Precondition.NONE).function().orElseThrow().current().number()).isEqualTo(1);
        assertThat(functions.rollBack(tenant, "greet", 1, Precondition.NONE).status()).isEqualTo(Status.UNCHANGED);
        assertThat(functions.rollBack(tenant, "greet", 3, Precondition.NONE).status()).isEqualTo(Status.UNKNOWN_VERSION);
        assertThat(functions.rollBack(tenant, "other", 1, Precondition.NONE).status()).isEqualTo(Status.UNKNOWN_FUNCTION);
        // the next one has a number of its own
        assertThat(put("greet", "exit 2").function().orElseThrow().current().number()).isEqualTo(3);
    }

    @Test
    void oldestVersionsMakeRoomButNotTheCurrentOne() throws Exception {
        for (int i = 1; i <= 3; i++) {
            put("greet", "exit " + i);
        }
        functions.rollBack(tenant, "greet", 1, Precondition.NONE);
        put("greet", "exit 4");
        assertThat(versions("greet")).containsExactly(4, 3, 2);
        functions.rollBack(tenant, "greet", 2, Precondition.NONE);
        put("greet", "exit 3");
        assertThat(function("greet").current().number()).isEqualTo(3);
        assertThat(functions.version(tenant, "greet", 1)).isEmpty();
    }

    @Test
    void numbersOfADeletedFunctionAreNotGivenAgain() throws Exception {
        put("greet", "exit 0");
        put("greet", "exit 1");
        assertThat(functions.delete(tenant, "greet", Precondition.NONE).status()).isEqualTo(Status.DELETED);
        assertThat(functions.delete(tenant, "greet", Precondition.NONE).status()).isEqualTo(Status.UNKNOWN_FUNCTION);
        assertThat(functions.find(tenant, "greet")).isEmpty();
        assertThat(functions.list(tenant, Optional.empty(), 10)).isEmpty();
        assertThatThrownBy(() -> lookup.find(tenant, FunctionReference.parse("greet@1"))).isInstanceOf(RejectedException.class);
        Change again = put("greet", "exit 0");
        assertThat(again.status()).isEqualTo(Status.CREATED);
        assertThat(again.function().orElseThrow().current().number()).isEqualTo(3);
    }

    @Test
    void tenantHasItsShareAndNoMore() throws Exception {
        for (int i = 0; i < 4; i++) {
            put("f" + i, "exit 0");
        }
        assertThat(put("f4", "exit 0")).satisfies(refused -> {
            assertThat(refused.status()).isEqualTo(Status.NO_ROOM);
            assertThat(refused.reason()).hasValueSatisfying(reason -> assertThat(reason).contains("4 functions"));
        });
        assertThat(functions.find(tenant, "f4")).isEmpty();
        assertThat(put("f0", "exit 0 " + "x".repeat(2000)).reason()).hasValueSatisfying(reason -> assertThat(reason).contains("MiB"));
        functions.delete(tenant, "f3", Precondition.NONE);
        assertThat(put("f4", "exit 0").status()).isEqualTo(Status.CREATED);
        assertThat(functions.list(tenant, Optional.empty(), 2).stream().map(StoredFunction::name)).containsExactly("f0", "f1");
        assertThat(functions.list(tenant, Optional.of("f1"), 9).stream().map(StoredFunction::name)).containsExactly("f2", "f4");
    }

    @Test
    void othersSeeNothingOfIt() throws Exception {
        put("greet", "exit 0");
        String other = tenant + "x";
        assertThat(functions.find(other, "greet")).isEmpty();
        assertThat(functions.versions(other, "greet", OptionalInt.empty(), 9)).isEmpty();
        assertThat(functions.definition(other, "greet", 1)).isEmpty();
        assertThat(functions.difference(other, "greet", 1, 1)).isEmpty();
        assertThat(functions.rollBack(other, "greet", 1, Precondition.NONE).status()).isEqualTo(Status.UNKNOWN_FUNCTION);
        assertThat(functions.delete(other, "greet", Precondition.NONE).status()).isEqualTo(Status.UNKNOWN_FUNCTION);
        assertThatThrownBy(() -> lookup.find(other, FunctionReference.parse("greet")))
                .isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.kind()).isEqualTo(RejectedException.Kind.UNKNOWN_FUNCTION));
    }

    @Test
    void differenceNamesEachFieldAndShowsTheLinesOfText() throws Exception {
        functions.put(tenant, "greet", definition("a\\nb\\nc", ", \"env\": {\"A\": \"1\", \"B\": \"2\"}, \"files\": [{\"path\": \"x.txt\", \"content\": \"old\"}]"), Precondition.NONE);
        functions.put(tenant, "greet", definition("a\\nB\\nc", ", \"env\": {\"A\": \"1\", \"B\": \"3\"}, \"args\": [\"z\"], \"files\": [{\"path\": \"y.bin\", \"content\": \"AAA=\", \"encoding\": \"base64\"}]"),
                Precondition.NONE);
        List<FieldDifference> changes = functions.difference(tenant, "greet", 1, 2).orElseThrow();
        assertThat(changes.stream().map(change -> change.field() + " " + change.kind()))
                .containsExactly("args ADDED", "code CHANGED", "env.B CHANGED", "files/x.txt REMOVED", "files/y.bin ADDED");
        assertThat(changes.get(1).diff()).hasValueSatisfying(diff -> assertThat(diff).isEqualTo("--- code\n+++ code\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n\\ No newline at end of file\n"));
        assertThat(changes.get(2).from().orElseThrow().textValue() + changes.get(2).to().orElseThrow().textValue()).isEqualTo("23");
        assertThat(changes.get(3).diff()).hasValueSatisfying(diff -> assertThat(diff).contains("-old"));
        assertThat(functions.difference(tenant, "greet", 1, 1)).contains(List.of());
        assertThat(functions.difference(tenant, "greet", 1, 3)).isEmpty();
    }

    @Test
    void concurrentChangesEachGetANumber() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Change>> changes = threads.invokeAll(IntStream.range(0, 3).<Callable<Change>>mapToObj(i -> () -> put("race", "exit " + i)).toList());
            for (Future<Change> change : changes) {
                assertThat(change.get().status()).isIn(Status.CREATED, Status.CHANGED);
            }
        }
        assertThat(versions("race")).containsExactly(3, 2, 1);
    }

    // ---- run

    private AsyncSubmission call(String json) throws RejectedException {
        return AsyncSubmission.read(json.getBytes(UTF_8), new Requester(ExecutionId.next(), tenant, lookup));
    }

    @Test
    void executionRunsTheVersionThatItNamesAndShowsIt() throws Exception {
        put("greet", "exit 7");
        put("greet", "exit 8");
        for (Map.Entry<String, Integer> wanted : Map.of("greet", 2, "greet@1", 1).entrySet()) {
            AsyncSubmission request = call("{\"function\": \"%s\", \"labels\": {\"a\": \"b\"}}".formatted(wanted.getKey()));
            String id = executions.accept(request, Optional.empty()).id();
            var ended = executions.awaitEnd(tenant, id, PATIENCE).orElseThrow();
            assertThat(ended.invocation()).contains(new Invocation("greet", wanted.getValue(), Invocation.Trigger.API, OptionalInt.empty()));
            assertThat(ended.evidence()).containsEntry("exitCode", wanted.getValue() + 6);
            assertThat(ended.labels()).containsEntry("a", "b");
            assertThat(executions.result(tenant, id).orElseThrow().function()).isEqualTo(new InvocationView("greet", wanted.getValue(), "api"));
        }
        // the function's own list, and nobody else's
        executions.awaitEnd(tenant, executions.accept(call("{\"runtime\": \"python\", \"code\": \"exit 0\"}"), Optional.empty()).id(), PATIENCE);
        assertThat(executed("greet")).hasSize(2);
        assertThat(executed("other")).isEmpty();
        // it stays when the function is gone
        functions.delete(tenant, "greet", Precondition.NONE);
        assertThat(executed("greet")).hasSize(2);
    }

    private String accept(String function) throws Exception {
        return executions.accept(call("{\"function\": \"%s\"}".formatted(function)), Optional.empty()).id();
    }

    private State state(String id) throws Exception {
        return executions.find(tenant, id).orElseThrow().state();
    }

    @Test
    void functionRunsNoMoreAtOnceThanItAllows() throws Exception {
        functions.put(tenant, "narrow", definition("sleep", ", \"concurrency\": 1"), Precondition.NONE);
        put("wide", "exit 0");
        String first = accept("narrow");
        await().until(() -> state(first) == State.RUNNING);
        // who waits for the answer is refused
        assertThatThrownBy(() -> service.dispatcher().admit(call("{\"function\": \"narrow\"}").submission(), PATIENCE))
                .isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.kind()).isEqualTo(RejectedException.Kind.FUNCTION_BUSY));
        // what is stored waits, and others pass it
        String second = accept("narrow");
        String third = accept("narrow");
        assertThat(executions.awaitEnd(tenant, accept("wide"), PATIENCE).orElseThrow().state()).isEqualTo(State.FINISHED);
        assertThat(List.of(state(first), state(second), state(third))).containsExactly(State.RUNNING, State.QUEUED, State.QUEUED);
        // until a place is free
        executions.delete(tenant, first);
        await().until(() -> state(second) == State.RUNNING);
        assertThat(state(third)).isEqualTo(State.QUEUED);
        // an awaited one takes a place, too
        executions.delete(tenant, third);
        executions.delete(tenant, second);
        await().until(() -> state(second) == State.FINISHED);
        try (Execution awaited = await().ignoreExceptions().until(() -> service.dispatcher().admit(call("{\"function\": \"narrow\"}").submission(), PATIENCE), execution -> true)) {
            String behind = accept("narrow");
            assertThat(executions.awaitEnd(tenant, accept("wide"), PATIENCE).orElseThrow().state()).isEqualTo(State.FINISHED);
            assertThat(state(behind)).isEqualTo(State.QUEUED);
            awaited.close();
            await().until(() -> state(behind) == State.RUNNING);
            executions.delete(tenant, behind);
        }
    }

    private List<String> executed(String function) throws Exception {
        var filter = new ExecutionFilter(Optional.empty(), Map.of(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), 10, Optional.of(function));
        return executions.list(tenant, filter).stream().map(execution -> execution.id()).toList();
    }

    private void runAwaited(String json) throws Exception {
        Submission submission = call(json).submission();
        var output = new CollectedOutput();
        Instant acceptedAt = Instant.now();
        try (Execution execution = service.dispatcher().admit(submission, PATIENCE)) {
            ExecutionResult result = execution.run(output);
            log.add(new AwaitedInvocation(tenant, submission.invocation().orElseThrow(), acceptedAt, result, output.stdout(), output.stderr()));
        }
    }

    @Test
    void executionWhoseCallerWaitedIsInTheLogWithItsOutput() throws Exception {
        put("greet", "count 3");
        runAwaited("{\"function\": \"greet\"}");
        put("greet", "exit 4");
        runAwaited("{\"function\": \"greet\"}");
        executions.awaitEnd(tenant, executions.accept(call("{\"function\": \"greet\"}"), Optional.empty()).id(), PATIENCE);
        await().untilAsserted(() -> assertThat(executed("greet")).hasSize(3));
        String first = executed("greet").getLast();
        assertThat(executions.result(tenant, first).orElseThrow()).satisfies(result -> {
            assertThat(result.stdout()).isEqualTo("1\n2\n3\n");
            assertThat(result.function()).isEqualTo(new InvocationView("greet", 1, "api"));
        });
        assertThat(executions.find(tenant, first).orElseThrow().startedAt()).isPresent();
        FunctionActivity day = log.activity(tenant, "greet", List.of(Duration.ofDays(1))).getFirst();
        assertThat(day.executions()).isEqualTo(3);
        assertThat(day.outcomes()).isEqualTo(Map.of("exited", 3L));
        assertThat(day.succeeded()).isEqualTo(1);
        assertThat(day.latency()).hasValueSatisfying(latency -> assertThat(latency.max()).isGreaterThanOrEqualTo(latency.p50()));
        assertThat(log.activity(tenant + "x", "greet", List.of(Duration.ofDays(1))).getFirst()).isEqualTo(new FunctionActivity(0, Map.of(), 0, Optional.empty()));
        assertThat(log.activity(tenant, "greet", List.of(Duration.ZERO)).getFirst().executions()).isZero();
    }

    @Test
    void whatWaitsAtTheStopIsStillWritten() throws Exception {
        put("greet", "exit 0");
        for (int i = 0; i < 5; i++) {
            runAwaited("{\"function\": \"greet\"}");
        }
        log.close();
        assertThat(executed("greet")).hasSize(5);
        runAwaited("{\"function\": \"greet\"}");
        assertThat(log.leftOut()).isEqualTo(1);
    }

    @Test
    void secretsAreReadWhenTheProgramRunsAndNotStored() throws Exception {
        functions.put(tenant, "secretive", definition("exit 0", ", \"secrets\": [\"TOKEN\"]"), Precondition.NONE);
        assertThat(functions.definition(tenant, "secretive", 1).orElseThrow().path("secrets").toString()).isEqualTo("[\"TOKEN\"]");
        asked.clear();
        String id = executions.accept(call("{\"function\": \"secretive\"}"), Optional.empty()).id();
        assertThat(executions.awaitEnd(tenant, id, PATIENCE).orElseThrow().outcome()).contains("exited");
        assertThat(asked).containsExactly(tenant + " [TOKEN]", tenant + " [TOKEN]"); // when it was accepted, and when it ran
    }

    @Test
    void executionWhoseSecretIsGoneByThenFails() throws Exception {
        functions.put(tenant, "secretive", definition("exit 0", ", \"secrets\": [\"TOKEN\"]"), Precondition.NONE);
        functions.put(tenant, "slow", definition("sleep 60000", ""), Precondition.NONE);
        for (int i = 0; i < 4; i++) {
            executions.accept(call("{\"function\": \"slow\"}"), Optional.empty());
        }
        String id = executions.accept(call("{\"function\": \"secretive\"}"), Optional.empty()).id();
        hasSecret = false;
        for (String slow : executed("slow")) {
            executions.delete(tenant, slow);
        }
        assertThat(executions.awaitEnd(tenant, id, PATIENCE).orElseThrow().evidence()).containsEntry("kind", "failed").containsEntry("reason", "it is gone");
        assertThatThrownBy(() -> executions.accept(call("{\"function\": \"secretive\"}"), Optional.empty())).hasMessage("it is gone");
    }

    @Test
    void sameKeyIsTheSameExecutionAlsoWhenTheFunctionHasChanged() throws Exception {
        put("greet", "exit 7");
        String first = executions.accept(call("{\"function\": \"greet\", \"input\": {\"b\": 1, \"a\": 2}}"), Optional.of("key")).id();
        put("greet", "exit 8");
        assertThat(executions.accept(call("{\"input\": {\"a\": 2, \"b\": 1}, \"function\": \"greet\"}"), Optional.of("key")).id()).isEqualTo(first);
        assertThatThrownBy(() -> executions.accept(call("{\"function\": \"greet\", \"input\": {\"a\": 3}}"), Optional.of("key"))).isInstanceOf(RejectedException.class);
    }

    @Test
    void smallBatchDoesNotBringManyLargeFunctionsIntoMemory() throws Exception {
        var roomy = new Functions(database, executions, (handle, ended) -> {}, service.dispatcher(), FunctionListener.NONE,
                FunctionSettingsBuilder.builder().maxFunctions(4).maxBytes(64 << 20).maxVersions(3).retention(Duration.ofHours(1)).build());
        roomy.put(tenant, "large", definition("sleep " + "x".repeat(9 << 20), ""), Precondition.NONE);
        AsyncBatch batch = AsyncBatch.read("{\"executions\": [%s]}".formatted("{\"function\": \"large\"},".repeat(4) + "{\"runtime\": \"python\", \"code\": \"exit 0\"}").getBytes(UTF_8));
        String id = executions.accept(new BatchOffer(ExecutionId.next(), tenant, batch, lookup, Optional.empty()), Optional.empty()).id();
        String answer = new String(executions.batch(tenant, id).orElseThrow().answer(), UTF_8);
        assertThat(answer).contains("\"accepted\":3").containsPattern("at most 24 MiB together");
    }

    @Test
    void namesOfAllTenantsAreBoundedInLength() {
        Stream.of("", "A", "-a", "a b", "a".repeat(64), "a@0", "a@01", "a@", "a@1234567890", "a@1@1").forEach(name ->
                assertThatThrownBy(() -> FunctionReference.parse(name)).as(name).isInstanceOf(RejectedException.class));
    }
}
