package dev.mayfly.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Callers in virtual threads. Each checks its answer, and one wrong answer ends the whole.
final class LoadClients {
    /// As many as keep all cores busy.
    static final int BUSY = 8;

    private LoadClients() {}

    /// @param cpuMillisEach processor time of the whole machine, without these callers, by the answers
    /// @param faultsEach page faults of the whole machine, these callers' with them
    record Report(int answers, double perSecond, double cpuMillisEach, double faultsEach) {}

    /// Each caller sends its next request when it has its answer, until the time is over.
    static Report closed(Service service, Language language, int callers, long nanos) throws IOException, InterruptedException {
        double faultsBefore = Machine.pageFaults();
        double busyBefore = Machine.busyMillis() - Machine.ownMillis();
        long start = System.nanoTime();
        int[] done = new int[callers];
        all(callers, caller -> {
            while (System.nanoTime() - start < nanos) {
                service.run(language.submission(), Site.ANSWER);
                done[caller]++;
            }
        });
        double seconds = (System.nanoTime() - start) / 1e9;
        int answers = 0;
        for (int each : done) {
            answers += each;
        }
        return new Report(answers, answers / seconds, (Machine.busyMillis() - Machine.ownMillis() - busyBefore) / answers, (Machine.pageFaults() - faultsBefore) / answers);
    }

    /// The plain interpreter on all cores, as many at the same time.
    static Report bare(Language language, int callers, long nanos) throws IOException, InterruptedException {
        double busyBefore = Machine.busyMillis() - Machine.ownMillis();
        double faultsBefore = Machine.pageFaults();
        long start = System.nanoTime();
        var done = new AtomicInteger();
        all(callers, caller -> {
            while (System.nanoTime() - start < nanos) {
                Machine.run(language.bare());
                done.incrementAndGet();
            }
        });
        int runs = done.get();
        return new Report(runs, runs * 1e9 / (System.nanoTime() - start), (Machine.busyMillis() - Machine.ownMillis() - busyBefore) / runs, (Machine.pageFaults() - faultsBefore) / runs);
    }

    /// Requests come at their time, whether or not there are answers; a latency begins at the time of its request.
    static Samples open(Service service, Language language, double perSecond, int requests) throws IOException, InterruptedException {
        return open(perSecond, requests, request -> service.run(language.submission(), Site.ANSWER));
    }

    static Samples open(double perSecond, int requests, Caller caller) throws IOException, InterruptedException {
        long start = System.nanoTime();
        return each(requests, request -> start + (long) (request * 1e9 / perSecond), caller);
    }

    /// All requests at the same time.
    static Samples burst(Service service, Language language, int requests) throws IOException, InterruptedException {
        long start = System.nanoTime();
        return each(requests, request -> start, request -> service.run(language.submission(), Site.ANSWER));
    }

    private interface Timetable {
        long nanosOf(int request);
    }

    private static Samples each(int requests, Timetable timetable, Caller caller) throws IOException, InterruptedException {
        var samples = new Samples();
        all(requests, request -> {
            long due = timetable.nanosOf(request);
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            caller.run(request);
            synchronized (samples) {
                samples.add(System.nanoTime() - due);
            }
        });
        return samples;
    }

    interface Caller {
        void run(int number) throws IOException, InterruptedException;
    }

    static void all(int callers, Caller caller) throws IOException, InterruptedException {
        var failure = new AtomicReference<@Nullable IOException>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            int number = i;
            threads.add(Thread.startVirtualThread(() -> {
                try {
                    caller.run(number);
                } catch (IOException e) {
                    failure.compareAndSet(null, e);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        IOException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
    }
}
