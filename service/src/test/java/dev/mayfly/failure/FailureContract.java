package dev.mayfly.failure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mayfly.async.AsyncExecutions;
import dev.mayfly.async.AsyncSettingsBuilder;
import dev.mayfly.async.EndListener;
import dev.mayfly.async.ExecutionFilter;
import dev.mayfly.async.State;
import dev.mayfly.async.StoredExecution;
import dev.mayfly.execution.ExecutionId;
import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.SecretSource;
import dev.mayfly.function.FunctionListener;
import dev.mayfly.function.FunctionSettingsBuilder;
import dev.mayfly.function.Functions;
import dev.mayfly.function.Precondition;
import dev.mayfly.function.StoredFunctions;
import dev.mayfly.store.Database;
import dev.mayfly.store.DatabaseSettings;
import dev.mayfly.store.Eventually;
import dev.mayfly.testing.FakeService;
import dev.mayfly.wire.AsyncSubmission;
import dev.mayfly.wire.FunctionDefinition;
import dev.mayfly.wire.Json;
import dev.mayfly.wire.Requester;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What comes of a function that fails: it is tried again as its definition says, and then somebody learns of it; on each
/// database.
abstract class FailureContract {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final String tenant = ExecutionId.next().toLowerCase(Locale.ROOT);
    private final Queue<EndListener.Ended> webhooks = new ConcurrentLinkedQueue<>();
    private FakeService service;
    private Database database;
    private AsyncExecutions executions;
    private Functions functions;
    private FailureCalls calls;

    /// An empty database, or one that earlier tests have left: each test has a tenant of its own.
    abstract DatabaseSettings settings() throws Exception;

    @BeforeEach
    void start() throws Exception {
        service = new FakeService(SecretSource.NONE);
        database = Database.open(settings());
        EndListener receiver = (handle, ended) -> webhooks.add(ended);
        var async = AsyncSettingsBuilder.builder().replica(tenant).slots(4).maxQueued(1000).maxBytes(1L << 40).minFreeBytes(0).retention(Duration.ofHours(1))
                .replicaTimeout(Duration.ofSeconds(5)).maxAttempts(3).build();
        executions = AsyncExecutions.open(database, receiver, new FailureListener(receiver), service.dispatcher(), new HeapBudget(PATIENCE), async);
        functions = new Functions(database, executions, receiver, service.dispatcher(), FunctionListener.NONE,
                FunctionSettingsBuilder.builder().maxFunctions(9).maxBytes(1 << 20).maxVersions(9).retention(Duration.ofHours(1)).build());
        calls = new FailureCalls(database, executions, functions, PAUSE);
        calls.start();
    }

    @AfterEach
    void stop() throws Exception {
        calls.close();
        executions.close();
        database.close();
        service.close();
    }

    private void put(String name, String code, String more) throws Exception {
        functions.put(tenant, name, FunctionDefinition.read("{\"runtime\": \"python\", \"code\": \"%s\"%s}".formatted(code, more).getBytes(UTF_8)), Precondition.NONE);
    }

    private String accept(String name) throws Exception {
        var request = AsyncSubmission.read("{\"function\": \"%s\"}".formatted(name).getBytes(UTF_8), new Requester(ExecutionId.next(), tenant, new StoredFunctions(new Eventually<>(() -> functions))));
        return executions.accept(request, Optional.empty()).id();
    }

    private StoredExecution ended(String id) throws Exception {
        StoredExecution ended = executions.awaitEnd(tenant, id, PATIENCE).orElseThrow();
        assertThat(ended.state()).isEqualTo(State.FINISHED);
        return ended;
    }

    private List<StoredExecution> executed(String function) throws Exception {
        var filter = new ExecutionFilter(Optional.empty(), Map.of(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), 10, Optional.of(function));
        return executions.list(tenant, filter);
    }

    @Test
    void failedProgramIsTriedAgainAndThenItHasFailed() throws Exception {
        put("flaky", "exit 7", ", \"retry\": {\"attempts\": 3, \"firstDelaySeconds\": 1}");
        String id = accept("flaky");
        StoredExecution ended = ended(id);
        assertThat(ended.evidence()).containsEntry("exitCode", 7);
        assertThat(ended.attempt()).isEqualTo(3);
        assertThat(Duration.between(ended.acceptedAt(), ended.finishedAt().orElseThrow())).isGreaterThanOrEqualTo(Duration.ofSeconds(3));
    }

    @ParameterizedTest
    @CsvSource({"exit 0, exited", "exit 1, exited", "flood 99999999, output_limit"})
    void whatIsNotAskedForIsNotTriedAgain(String code, String outcome) throws Exception {
        put("once", code, ", \"retry\": {\"attempts\": 3, \"firstDelaySeconds\": 1, \"on\": [\"timed_out\"]}");
        StoredExecution ended = ended(accept("once"));
        assertThat(ended.outcome()).contains(outcome);
        assertThat(ended.attempt()).isEqualTo(1);
    }

    @Test
    void executionThatWaitsToBeTriedAgainCanBeCancelled() throws Exception {
        put("patient", "exit 7", ", \"retry\": {\"attempts\": 2, \"firstDelaySeconds\": 3600}, \"onFailure\": {\"function\": \"fixer\"}");
        put("fixer", "exit 0", "");
        String id = accept("patient");
        await().atMost(PATIENCE).until(() -> executions.find(tenant, id).orElseThrow().attempt() > 0 && executions.find(tenant, id).orElseThrow().state() == State.QUEUED);
        executions.delete(tenant, id);
        assertThat(ended(id).outcome()).contains("cancelled");
        // which is no failure
        assertThat(database.<Long>read(handle -> handle.createQuery("select count(*) from failure_call where tenant = ?").bind(0, tenant).mapTo(Long.class).one())).isZero();
        assertThat(executed("fixer")).isEmpty();
    }

    @Test
    void otherFunctionGetsTheFailureAsItsInput() throws Exception {
        put("crash", "exit 9", ", \"onFailure\": {\"function\": \"fixer\"}");
        put("fixer", "cat", "");
        String id = accept("crash");
        assertThat(ended(id).evidence()).containsEntry("exitCode", 9);
        await().atMost(PATIENCE).until(() -> executed("fixer").size() == 1);
        StoredExecution fixer = ended(executed("fixer").getFirst().id());
        assertThat(fixer.invocation().orElseThrow().trigger().wireName()).isEqualTo("failure");
        JsonNode failure = Json.STRICT.readTree(executions.result(tenant, fixer.id()).orElseThrow().stdout());
        assertThat(failure.path("id").textValue()).isEqualTo(id);
        assertThat(failure.path("function").textValue()).isEqualTo("crash");
        assertThat(failure.path("version").intValue()).isEqualTo(1);
        assertThat(failure.path("trigger").textValue()).isEqualTo("api");
        assertThat(failure.path("attempts").intValue()).isEqualTo(1);
        assertThat(failure.at("/outcome/exitCode").intValue()).isEqualTo(9);
        assertThat(failure.path("stderr").isTextual()).isTrue();
    }

    @Test
    void failureOfWhoAnswersAFailureCallsNobody() throws Exception {
        put("a", "exit 1", ", \"onFailure\": {\"function\": \"b\"}");
        put("b", "exit 2", ", \"onFailure\": {\"function\": \"a\"}");
        ended(accept("a"));
        await().atMost(PATIENCE).until(() -> executed("b").size() == 1);
        ended(executed("b").getFirst().id());
        Thread.sleep(PAUSE.multipliedBy(4));
        assertThat(executed("a")).hasSize(1);
        assertThat(executed("b")).hasSize(1);
    }

    @Test
    void webhookLearnsOfTheFailureAndNotOfSuccess() throws Exception {
        put("broken", "exit 3", ", \"onFailure\": {\"webhook\": {\"url\": \"https://example.org/failed\"}}");
        put("well", "exit 0", ", \"onFailure\": {\"webhook\": {\"url\": \"https://example.org/failed\"}}");
        ended(accept("well"));
        String id = accept("broken");
        ended(id);
        assertThat(webhooks).singleElement().satisfies(ended -> {
            assertThat(ended.type()).isEqualTo("function.failed");
            assertThat(ended.webhook()).hasToString("https://example.org/failed");
            assertThat(ended.about()).isEqualTo(Map.of("id", id, "function", "broken", "version", 1, "trigger", "api", "outcome", "exited", "attempts", 1));
        });
    }

    @Test
    void callOfAFunctionThatIsGoneIsGivenUpAndCounted() throws Exception {
        put("broken", "exit 3", ", \"onFailure\": {\"function\": \"none\"}");
        ended(accept("broken"));
        await().atMost(PATIENCE).until(() -> calls.dropped() == 1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "\"retry\": {} | retry.attempts | between 2 and 10",
        "\"retry\": {\"attempts\": 1} | retry.attempts | between 2 and 10",
        "\"retry\": {\"attempts\": 11} | retry.attempts | between 2 and 10",
        "\"retry\": {\"attempts\": 2, \"firstDelaySeconds\": 0} | retry.firstDelaySeconds | between 1 and 3600",
        "\"retry\": {\"attempts\": 2, \"on\": []} | retry.on | one or more of",
        "\"retry\": {\"attempts\": 2, \"on\": [\"cancelled\"]} | retry.on | one or more of",
        "\"onFailure\": {} | onFailure | either webhook or function",
        "\"onFailure\": {\"function\": \"a\", \"webhook\": {\"url\": \"https://a.example\"}} | onFailure | either webhook or function",
        "\"onFailure\": {\"function\": \"A B\"} | onFailure.function | name of a function",
        "\"onFailure\": {\"webhook\": {\"url\": \"ftp://a.example\"}} | onFailure.webhook.url | http",
    })
    void whatIsWrongIsNamed(String policy, String field, String words) {
        assertThatThrownBy(() -> put("wrong", "exit 0", ", " + policy)).hasMessageContaining(words)
                .isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.field()).contains(field));
    }
}
