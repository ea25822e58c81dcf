package dev.mayfly.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mayfly.build.BuildJob.State;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// One build at a time, in the order in which they came, each with its log and its end.
class BuildQueueTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Semaphore steps = new Semaphore(0);
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    /// Says its name twice, each time after a step, and ends as its name says.
    private final class Steps implements RuntimeMaker {
        @Override
        public void check(BuildRequest request) throws BuildException {
            if (request.name().equals("refused")) {
                throw new BuildException(BuildException.Cause.REQUEST, "name: it is taken");
            }
        }

        @Override
        public Built build(BuildRequest request, Consumer<String> log) throws BuildException, InterruptedException {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            try {
                for (int i = 1; i <= 2; i++) {
                    steps.acquire();
                    log.accept(request.name() + i);
                }
                switch (request.name()) {
                    case "fails" -> throw new BuildException(BuildException.Cause.BUILD, "it does not build");
                    case "bug" -> throw new IllegalStateException("a bug");
                    default -> { }
                }
                return new Built(request.name() + ":1", "image", "digest", true);
            } finally {
                running.decrementAndGet();
            }
        }
    }

    private final BuildQueue queue = new BuildQueue(new Steps(), built -> true, InstantSource.fixed(Instant.EPOCH));

    @AfterEach
    void close() {
        queue.close();
        assertThat(running).hasValue(0);
    }

    private BuildJob submit(String name) throws Exception {
        return queue.submit(request(name)).orElseThrow();
    }

    private static BuildRequest request(String name) {
        return new BuildRequest(name, "fake", Optional.empty(), "somebody", List.of("tree"), Optional.empty(), Optional.empty(), Optional.empty(), List.of());
    }

    private State end(BuildJob job) throws Exception {
        return queue.awaitEnd(job, PATIENCE).state();
    }

    @Test
    void oneRunsAtATimeAndEachEndsByItself() throws Exception {
        List<BuildJob> jobs = List.of(submit("first"), submit("fails"), submit("bug"), submit("last"));
        assertThat(queue.all()).isEqualTo(jobs.reversed());
        steps.release(8);
        assertThat(end(jobs.get(0))).isEqualTo(State.SUCCEEDED);
        assertThat(end(jobs.get(1))).isEqualTo(State.FAILED);
        assertThat(jobs.get(1).status().error()).contains("it does not build");
        assertThat(end(jobs.get(2))).isEqualTo(State.FAILED);
        assertThat(jobs.get(2).status().error().orElseThrow()).contains("a bug");
        assertThat(end(jobs.get(3))).isEqualTo(State.SUCCEEDED);
        assertThat(jobs.get(3).status().built().orElseThrow().runtime()).isEqualTo("last:1");
        assertThat(most).hasValue(1);
    }

    @Test
    void logIsReadWhileItGrowsAndAfterwards() throws Exception {
        BuildJob job = submit("first");
        steps.release();
        assertThat(job.linesAfter(0)).containsExactly("first1");
        List<String> rest = new ArrayList<>();
        Thread reader = Thread.ofVirtual().start(() -> {
            try {
                rest.addAll(job.linesAfter(1));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        steps.release();
        assertThat(reader.join(PATIENCE)).isTrue();
        assertThat(rest).containsExactly("first2");
        end(job);
        assertThat(job.linesAfter(2)).isEmpty();
        assertThat(job.linesAfter(0)).containsExactly("first1", "first2");
    }

    @Test
    void cancelledOnesEndWhetherTheyRunOrWait() throws Exception {
        BuildJob runs = submit("first");
        await().until(() -> runs.status().state() == State.RUNNING);
        BuildJob waits = submit("second");
        queue.cancel(waits);
        assertThat(end(waits)).isEqualTo(State.CANCELLED);
        assertThat(waits.status().startedAt()).isEmpty();
        queue.cancel(runs);
        assertThat(end(runs)).isEqualTo(State.CANCELLED);
        queue.cancel(runs);
        assertThat(runs.status().state()).isEqualTo(State.CANCELLED);
    }

    @Test
    void whatCannotBeAndWhatIsTooMuchIsRefused() throws Exception {
        assertThatThrownBy(() -> submit("refused")).isInstanceOf(BuildException.class);
        BuildJob runs = submit("first");
        BuildRequest more = request("more");
        await().until(() -> runs.status().state() == State.RUNNING);
        for (int i = 0; i < 8; i++) {
            submit("waits-" + i);
        }
        assertThat(queue.submit(more)).isEmpty();
        queue.close();
        assertThat(queue.all()).allMatch(job -> job.status().state() == State.CANCELLED);
        assertThat(queue.submit(more)).isEmpty();
    }
}
