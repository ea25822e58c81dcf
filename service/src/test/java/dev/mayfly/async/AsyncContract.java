package dev.mayfly.async;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.execution.ExecutionId;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.wire.AsyncSubmission;
import dev.mayfly.wire.FunctionLookup;
import dev.mayfly.wire.ResultView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// What is accepted ends with one outcome, is kept with its output until its retention ends, and can be followed and
/// cancelled meanwhile; on each database.
abstract class AsyncContract extends AsyncFixture {
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
    void mayflysOwnFailureIsTriedAgainAndThenReported() throws Exception {
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
        assertThat(reported).singleElement().satisfies(ended -> {
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
        assertThat(reported).singleElement().satisfies(ended -> assertThat(ended.about()).containsEntry("accepted", 0));
    }

    @Test
    void webhookIsSentWhenTheExecutionEnds() throws Exception {
        String id = executions.accept(request(TENANT, "exit 3", ", \"labels\": {\"order\": \"7\"}, \"webhook\": {\"url\": \"https://example.org/hook\"}"), Optional.empty()).id();
        ended(id);
        assertThat(reported).singleElement().satisfies(ended -> {
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
