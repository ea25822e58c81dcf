package dev.mayfly.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.execution.Quotas;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.ServedRuntimes;
import dev.mayfly.execution.Submission;
import dev.mayfly.pool.WarmBounds;
import dev.mayfly.testing.FakeService;
import dev.mayfly.testing.TestEngine;
import dev.mayfly.wire.Requester;
import dev.mayfly.wire.SubmissionReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.ResourceBundle;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// While something is away, one line a minute says so.
class RareWarningTest {
    private static final List<String> FROM_HERE = List.of("dev.mayfly.pool.", "dev.mayfly.execution.", "dev.mayfly.sandbox.");

    private static final class Lines implements System.Logger {
        private final List<String> lines = new ArrayList<>();

        @Override
        public String getName() {
            return "lines";
        }

        @Override
        public boolean isLoggable(System.Logger.Level level) {
            return true;
        }

        @Override
        public void log(System.Logger.Level level, @Nullable ResourceBundle bundle, @Nullable String message, @Nullable Throwable thrown) {
            lines.add(level + " " + message);
        }

        @Override
        public void log(System.Logger.Level level, @Nullable ResourceBundle bundle, @Nullable String format, @Nullable Object... parameters) {
            lines.add(level + " " + format);
        }
    }

    @Test
    void oneLineAMinuteTellsHowManyThereWouldHaveBeen() {
        var now = new AtomicLong(Long.MAX_VALUE); // the timer may be anywhere
        var lines = new Lines();
        var warning = new RareWarning(lines, now::get);
        for (int i = 0; i < 5; i++) {
            warning.warn("runtime={0} waits", "python");
        }
        assertThat(lines.lines).containsExactly("WARNING runtime=python waits");
        now.addAndGet(Duration.ofSeconds(59).toNanos());
        warning.warn("runtime={0} waits", "node");
        assertThat(lines.lines).hasSize(1);
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        warning.warn("runtime={0} waits", "bash");
        assertThat(lines.lines).hasSize(2).last().isEqualTo("WARNING runtime=bash waits (and 5 like it in the last minutes)");
    }

    @Test
    void engineThatIsAwayFloodsNoLog() throws Exception {
        Queue<String> warnings = new ConcurrentLinkedQueue<>();
        var handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                if (line.getLevel().intValue() == java.util.logging.Level.WARNING.intValue() && FROM_HERE.stream().anyMatch(name -> String.valueOf(line.getLoggerName()).startsWith(name))) {
                    warnings.add(line.getMessage());
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logs = Logger.getLogger("dev.mayfly");
        logs.addHandler(handler);
        long begun = System.nanoTime();
        try (var service = new FakeService(Quotas.none())) {
            service.engine().down(true);
            service.engine().rebuildImages("2");
            var runtimes = new ServedRuntimes(TestEngine.RUNTIMES, service.engine(), service.pool(), new WarmBounds(1, 1));
            for (int i = 0; i < 10; i++) {
                runtimes.refresh();
                Submission submission = SubmissionReader.read("{\"runtime\": \"python\", \"code\": \"exit 0\"}".getBytes(StandardCharsets.UTF_8), new Requester("id" + i, "acme"));
                try {
                    service.dispatcher().admit(submission, Duration.ofMillis(50)).close();
                } catch (RejectedException e) {
                    // as it should be
                }
            }
            assertThat(service.pool().stats().createFailures()).isPositive();
        } finally {
            logs.removeHandler(handler);
        }
        assertThat(warnings).hasSizeLessThanOrEqualTo(1 + (int) Duration.ofNanos(System.nanoTime() - begun).toMinutes());
    }
}
