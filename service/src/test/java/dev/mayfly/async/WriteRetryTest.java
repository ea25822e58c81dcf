package dev.mayfly.async;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.store.Database;
import dev.mayfly.store.DatabaseSettings;
import dev.mayfly.store.StoreException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What must be written is tried again, though not for ever.
class WriteRetryTest {
    @TempDir
    Path folder;

    private Database closed;

    @BeforeEach
    void close() throws Exception {
        closed = Database.open(DatabaseSettings.sqlite(folder.resolve("x.db")));
        closed.close();
    }

    private String fail() throws StoreException, InterruptedException {
        return closed.write(handle -> "written to a closed store");
    }

    @Test
    void storeThatComesBackGetsIt() throws Exception {
        var tries = new AtomicInteger();
        assertThat(WriteRetry.on("x", () -> tries.incrementAndGet() < 3 ? fail() : "written")).contains("written");
        assertThat(tries).hasValue(3);
    }

    @Test
    void storeThatStaysAwayIsGivenUp() throws Exception {
        var now = new AtomicLong(Long.MAX_VALUE); // the timer may be anywhere
        var tries = new AtomicInteger();
        assertThat(WriteRetry.on("x", () -> {
            tries.incrementAndGet();
            now.addAndGet(Duration.ofMinutes(6).toNanos());
            return fail();
        }, now::get)).isEmpty();
        assertThat(tries).hasValue(2);
    }
}
