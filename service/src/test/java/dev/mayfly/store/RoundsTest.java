package dev.mayfly.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RoundsTest {
    private static final Duration NEVER = Duration.ofDays(1);

    private final AtomicInteger rounds = new AtomicInteger();

    @Test
    void whatComesWhileARoundLooksBringsTheNextOne() throws Exception {
        var looks = new CountDownLatch(1);
        var woken = new CountDownLatch(1);
        try (var loop = new Rounds("test", NEVER, () -> {
            if (rounds.incrementAndGet() == 1) {
                looks.countDown();
                woken.await();
            }
            return false;
        })) {
            loop.start();
            looks.await();
            loop.wake();
            woken.countDown();
            await().until(() -> rounds.get() == 2);
        }
    }

    @Test
    void failureIsNotTheEnd() {
        try (var loop = new Rounds("test", Duration.ofMillis(1), () -> {
            return switch (rounds.incrementAndGet()) {
                case 1 -> throw new StoreException("away", new IllegalStateException());
                case 2 -> throw new IllegalStateException("a bug");
                default -> false;
            };
        })) {
            loop.start();
            await().until(() -> rounds.get() > 3);
        }
    }

    @Test
    void stopLetsTheRoundEndAndCloseBreaksItOff() throws Exception {
        var goOn = new CountDownLatch(1);
        var ended = new AtomicBoolean();
        try (var loop = new Rounds("test", NEVER, () -> {
            rounds.incrementAndGet();
            goOn.await();
            ended.set(true);
            return true;
        })) {
            loop.start();
            await().until(() -> rounds.get() == 1);
            loop.stop();
            goOn.countDown();
            loop.awaitStopped(Duration.ofSeconds(20));
            assertThat(ended).isTrue();
            assertThat(rounds).hasValue(1);
        }
        var hangs = new CountDownLatch(1);
        var loop = new Rounds("test", NEVER, () -> {
            rounds.incrementAndGet();
            hangs.await();
            return true;
        });
        loop.start();
        await().until(() -> rounds.get() == 2);
        loop.close(); // returns
    }
}
