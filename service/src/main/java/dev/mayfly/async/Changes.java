package dev.mayfly.async;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Wakes those who wait for something new about one execution. Nobody reports what another replica writes: waiting has
/// a bound, after which one looks. Thread-safe.
final class Changes {
    private final Map<String, Set<Watch>> watches = new ConcurrentHashMap<>();

    /// To be opened before one looks, so that nothing is missed in between.
    Watch watch(String id) {
        var watch = new Watch(id);
        watches.compute(id, (key, others) -> {
            Set<Watch> all = others == null ? ConcurrentHashMap.newKeySet() : others;
            all.add(watch);
            return all;
        });
        return watch;
    }

    void changed(String id) {
        watches.getOrDefault(id, Set.of()).forEach(watch -> watch.news.release());
    }

    /// One who waits. Not thread-safe.
    final class Watch implements AutoCloseable {
        private final String id;
        private final Semaphore news = new Semaphore(0);

        private Watch(String id) {
            this.id = id;
        }

        /// Returns when there is news, or after this time.
        void await(Duration atMost) throws InterruptedException {
            if (news.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
                news.drainPermits();
            }
        }

        @Override
        public void close() {
            watches.computeIfPresent(id, (key, all) -> {
                all.remove(this);
                return all.isEmpty() ? null : all;
            });
        }
    }
}
