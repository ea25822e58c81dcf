package dev.mayfly.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.sandbox.OutputChunk.Stream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// What was reported is there for every reader, up to its limit.
class RunLogTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final AtomicInteger over = new AtomicInteger();
    private final RunLog<String> log = new RunLog<>(10, bytes -> true, over::incrementAndGet);

    private static SessionEvent.Output text(String text) {
        return new SessionEvent.Output(Stream.STDOUT, text.getBytes(UTF_8));
    }

    private static String shown(List<SessionEvent> events) {
        var text = new StringBuilder();
        events.forEach(event -> text.append(event instanceof SessionEvent.Output(_, byte[] content) ? new String(content, UTF_8) : "?"));
        return text.toString();
    }

    @Test
    void outputIsCutAtItsLimitWhichIsReportedOnce() {
        log.add(text("12345"));
        log.add(text("67890"));
        assertThat(over).hasValue(0);
        log.add(text("abc"));
        log.add(text("def"));
        assertThat(over).hasValue(1);
        assertThat(shown(log.events())).isEqualTo("1234567890");
        assertThat(log.bytes()).isEqualTo(16);
    }

    /// Who hears of the limit may end the log.
    @Test
    void whatFitsIsThereBeforeTheLimitIsReported() {
        List<String> seen = new ArrayList<>();
        List<RunLog<String>> logs = new ArrayList<>();
        logs.add(new RunLog<>(4, bytes -> true, () -> seen.add(shown(logs.getFirst().events()))));
        logs.getFirst().add(text("123456"));
        assertThat(seen).containsExactly("1234");
    }

    @Test
    void whatIsCountedIsShownToNobody() {
        log.count(11);
        log.add(text("a"));
        assertThat(log.events()).isEmpty();
        assertThat(over).hasValue(1);
    }

    @Test
    void whatIsNotOutputFitsOrDoesNot() {
        log.add(text("12345"));
        log.add(new SessionEvent.Display(Map.of(), 6));
        assertThat(shown(log.events())).isEqualTo("12345");
        assertThat(over).hasValue(1);
    }

    @Test
    void firstEndCountsAndNothingFollowsIt() throws Exception {
        log.end("first");
        log.end("second");
        log.add(text("late"));
        assertThat(log.ended()).contains("first");
        assertThat(log.after(0, Duration.ZERO).events()).isEmpty();
    }

    @Test
    void readersWaitForWhatComes() throws Exception {
        List<SessionEvent> read = new ArrayList<>();
        CompletableFuture<String> reader = CompletableFuture.supplyAsync(() -> {
            try {
                for (RunLog.Part<String> part = log.after(0, LONG); ; part = log.after(read.size(), LONG)) {
                    read.addAll(part.events());
                    if (part.end().isPresent()) {
                        return part.end().get();
                    }
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        log.add(text("a"));
        log.add(text("b"));
        log.end("end");
        assertThat(reader.get(LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo("end");
        assertThat(shown(read)).isEqualTo("ab");
        assertThat(log.awaitEnd(Duration.ZERO)).contains("end");
    }

    @Test
    void roomIsAskedForAsItIsNeeded() {
        // given room for one share more than the first
        List<Long> asked = new ArrayList<>();
        var grows = new RunLog<String>(1 << 20, bytes -> {
            asked.add(bytes);
            return asked.size() <= 1;
        }, over::incrementAndGet);
        byte[] half = new byte[RunLog.SHARE_BYTES / 2];
        // when the first share is used, nothing is asked for; then one share, then two
        grows.add(new SessionEvent.Output(Stream.STDOUT, half));
        grows.add(new SessionEvent.Output(Stream.STDOUT, half));
        assertThat(asked).isEmpty();
        grows.add(new SessionEvent.Output(Stream.STDOUT, half));
        assertThat(asked).containsExactly((long) RunLog.SHARE_BYTES);
        assertThat(over).hasValue(0);
        grows.add(new SessionEvent.Output(Stream.STDOUT, new byte[RunLog.SHARE_BYTES]));
        // then what fits is kept, and it is over
        assertThat(over).hasValue(1);
        assertThat(grows.limit()).isEqualTo(2L * RunLog.SHARE_BYTES);
        assertThat(grows.events().stream().mapToLong(SessionEvent::bytes).sum()).isEqualTo(2L * RunLog.SHARE_BYTES);
    }
}
