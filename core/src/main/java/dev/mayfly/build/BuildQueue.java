package dev.mayfly.build;

import dev.mayfly.build.BuildJob.State;
import dev.mayfly.build.RuntimeMaker.Built;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// Builds that were asked for, of which one runs at a time. Those that have ended are remembered, up to a bound, until the
/// service stops. Thread-safe.
public final class BuildQueue implements AutoCloseable {
    private static final int MOST_WAITING = 8;
    private static final int MOST_REMEMBERED = 50;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(100);

    private final RuntimeMaker builder;
    private final Predicate<Built> isServed;
    private final InstantSource clock;
    private final Semaphore turn = new Semaphore(1, true);
    private final Map<String, BuildJob> jobs = new LinkedHashMap<>();
    private final Map<String, Thread> threads = new HashMap<>();
    private boolean closed;

    /// @param isServed whether sandboxes are made of a build by now
    public BuildQueue(RuntimeMaker builder, Predicate<Built> isServed, InstantSource clock) {
        this.builder = builder;
        this.isServed = isServed;
        this.clock = clock;
    }

    /// Empty where so many wait that this one cannot. Throws what is known to be wrong at once.
    public Optional<BuildJob> submit(BuildRequest request) throws BuildException {
        builder.check(request);
        synchronized (this) {
            if (closed || jobs.values().stream().filter(job -> job.status().state() == State.QUEUED).count() >= MOST_WAITING) {
                return Optional.empty();
            }
            forgetOldest();
            var job = new BuildJob(UUID.randomUUID().toString(), request.subject(), clock);
            jobs.put(job.id(), job);
            threads.put(job.id(), Thread.ofVirtual().name("build-" + job.id()).start(() -> run(job, request)));
            return Optional.of(job);
        }
    }

    private void forgetOldest() {
        Deque<String> ended = new ArrayDeque<>(jobs.values().stream().filter(job -> job.status().state().isEnd()).map(BuildJob::id).toList());
        while (jobs.size() >= MOST_REMEMBERED && !ended.isEmpty()) {
            jobs.remove(ended.removeFirst());
        }
    }

    /// The newest first.
    public synchronized List<BuildJob> all() {
        return List.copyOf(jobs.values()).reversed();
    }

    public synchronized Optional<BuildJob> find(String id) {
        return Optional.ofNullable(jobs.get(id));
    }

    /// What is waiting or running ends soon; what has ended stays as it is.
    public synchronized void cancel(BuildJob job) {
        Thread thread = threads.get(job.id());
        if (thread != null && job.cancel()) {
            thread.interrupt();
        }
    }

    /// As it is after its end, or after the patience.
    public BuildJob.Status awaitEnd(BuildJob job, Duration patience) throws InterruptedException {
        Thread thread;
        synchronized (this) {
            thread = threads.get(job.id());
        }
        if (thread != null) {
            thread.join(patience);
        }
        return job.status();
    }

    private void run(BuildJob job, BuildRequest request) {
        try {
            turn.acquire();
            try {
                job.start();
                Built built = builder.build(request, job::say);
                awaitServed(job, built);
                job.end(State.SUCCEEDED, Optional.of(built), Optional.empty());
            } finally {
                turn.release();
            }
        } catch (InterruptedException e) {
            job.end(State.CANCELLED, Optional.empty(), Optional.empty());
            Thread.currentThread().interrupt();
        } catch (BuildException e) {
            job.end(State.FAILED, Optional.empty(), Optional.ofNullable(e.getMessage()));
        } catch (RuntimeException | Error e) {
            job.end(State.FAILED, Optional.empty(), Optional.of("something in Mayfly went wrong: " + e));
            throw e;
        } finally {
            synchronized (this) {
                threads.remove(job.id());
            }
        }
    }

    /// It is on offer whatever comes now.
    private void awaitServed(BuildJob job, Built built) {
        try {
            for (long end = System.nanoTime() + PATIENCE.toNanos(); System.nanoTime() < end; TimeUnit.NANOSECONDS.sleep(LOOK.toNanos())) {
                if (isServed.test(built)) {
                    return;
                }
            }
            job.say("no sandbox is made of it yet; GET /v1/runtimes says when one is");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Ends what runs.
    @Override
    public void close() {
        List<Thread> running;
        synchronized (this) {
            closed = true;
            running = List.copyOf(threads.values());
        }
        running.forEach(Thread::interrupt);
        try {
            for (Thread thread : running) {
                thread.join(PATIENCE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
