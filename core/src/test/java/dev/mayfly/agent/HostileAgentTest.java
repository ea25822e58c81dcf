package dev.mayfly.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.mayfly.sandbox.HeldSandbox;
import dev.mayfly.sandbox.Limits;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.OutputChunk;
import dev.mayfly.sandbox.Sandbox;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.Usage;
import dev.mayfly.testing.TestEngine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Whatever comes out of a sandbox, the service ends with a result or a `SandboxException`: it never hangs and never
/// breaks.
class HostileAgentTest {
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger destroyed = new AtomicInteger();

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    /// An agent that says what it was given, and then ends.
    private record Speech(ByteBuffer bytes) implements AgentChannel {
        @Override
        public int read(ByteBuffer into) {
            if (!bytes.hasRemaining()) {
                return -1;
            }
            int length = Math.min(into.remaining(), bytes.remaining());
            into.put(bytes.slice(bytes.position(), length));
            bytes.position(bytes.position() + length);
            return length;
        }

        @Override
        public void write(ByteBuffer from) {
            from.position(from.limit());
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    private AgentSandbox sandbox(AgentChannel channel) {
        return sandbox(channel, false, true);
    }

    private AgentSandbox sandbox(AgentChannel channel, boolean outOfMemory, boolean reportedAll) {
        var sandbox = new AgentSandbox.Container() {
            @Override
            public String id() {
                return "sandbox";
            }

                    @Override
                    public OptionalLong hostUser() {
                        return OptionalLong.empty();
                    }

            @Override
            public void resize(Limits limits) {}

            @Override
            public void destroy() {
                destroyed.incrementAndGet();
            }

            @Override
            public boolean hasReportedAll() {
                return reportedAll;
            }

            @Override
            public boolean isOutOfMemory() {
                return outOfMemory;
            }
        };
        return new AgentSandbox(TestEngine.runtime("python").spec("sha256:x"), sandbox, channel, timer);
    }

    private static byte[] frame(char type, byte[] payload) {
        return ByteBuffer.allocate(5 + payload.length).putInt(payload.length).put((byte) type).put(payload).array();
    }

    @Test
    void randomBytesEndInAnExceptionOrAnOutcome() throws Exception {
        String types = "rsoeifdkx!JFDGIES";
        int exceptions = 0;
        for (int seed = 0; seed < 20_000; seed++) {
            var random = new Random(seed);
            ByteBuffer speech = ByteBuffer.allocate(4096);
            for (int frames = random.nextInt(6); frames > 0; frames--) {
                byte[] payload = new byte[random.nextInt(100)];
                random.nextBytes(payload);
                speech.put(frame(types.charAt(random.nextInt(types.length())), payload));
            }
            byte[] noise = new byte[random.nextInt(20)];
            random.nextBytes(noise);
            speech.put(noise).flip();
            try (Sandbox sandbox = sandbox(new Speech(speech))) {
                Outcome outcome = sandbox.run(TestEngine.program("python", "pass"), chunk -> {}).outcome();
                assertThat(outcome).isNotNull();
            } catch (SandboxException e) {
                exceptions++;
            }
        }
        assertThat(exceptions).isGreaterThan(10_000);
        assertThat(destroyed).hasValue(20_000);
    }

    @Test
    void frameThatClaimsToBeHugeIsRefusedAndNotAllocated() {
        ByteBuffer speech = ByteBuffer.allocate(5).putInt(Integer.MAX_VALUE).put((byte) 'o').flip();
        assertThatThrownBy(() -> sandbox(new Speech(speech)).run(TestEngine.program("python", "pass"), chunk -> {}))
                .isInstanceOf(SandboxException.class).hasMessageContaining("too long");
    }

    @Test
    void refusalBeforeReadyCarriesTheAgentsWords() {
        ByteBuffer speech = ByteBuffer.wrap(frame('!', "no interpreter".getBytes(UTF_8)));
        assertThatThrownBy(() -> sandbox(new Speech(speech)).awaitReady(Duration.ofSeconds(5))).hasMessageContaining("no interpreter");
    }

    /// So it looks when the kernel takes PID 1 while it has input that it did not read.
    @Test
    void sandboxThatVanishesWithAResetIsJudgedAsOneThatEnds() throws Exception {
        var started = new Speech(ByteBuffer.wrap(frame('s', new byte[0])));
        var reset = new AgentChannel() {
            @Override
            public int read(ByteBuffer into) throws IOException {
                int length = started.read(into);
                if (length < 0) {
                    throw new IOException("Connection reset");
                }
                return length;
            }

            @Override
            public void write(ByteBuffer from) {
                started.write(from);
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        };
        assertThat(sandbox(reset, true, true).run(TestEngine.program("python", "pass"), chunk -> {}).outcome()).isInstanceOf(Outcome.OutOfMemory.class);
        assertThatThrownBy(() -> sandbox(reset).run(TestEngine.program("python", "pass"), chunk -> {})).hasMessageContaining("the sandbox vanished");
    }

    @Test
    void programOfASandboxThatVanishedCountsAsStartedUnlessAllThatItSaidIsKnown() {
        for (boolean reportedAll : new boolean[] {true, false}) {
            assertThatThrownBy(() -> sandbox(new Speech(ByteBuffer.allocate(0)), false, reportedAll).run(TestEngine.program("python", "pass"), chunk -> {}))
                    .isInstanceOfSatisfying(SandboxException.class, e -> assertThat(e.userCodeStarted()).isEqualTo(!reportedAll));
        }
    }

    @Test
    void silentAgentIsDestroyedByTheOuterDeadline() throws Exception {
        // given an agent that never says READY
        var silence = new AgentChannel() {
            private final CountDownLatch closed = new CountDownLatch(1);

            @Override
            public int read(ByteBuffer into) throws IOException {
                try {
                    closed.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return -1;
            }

            @Override
            public void write(ByteBuffer from) {}

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {
                closed.countDown();
            }
        };
        // then waiting for it ends, and the sandbox is destroyed
        assertThatThrownBy(() -> sandbox(silence).awaitReady(Duration.ofMillis(50))).isInstanceOf(SandboxException.class);
        await().untilAtomic(destroyed, equalTo(1));
    }

    @Test
    void heldSandboxEndsOnceAndItsProcessesWithItWhateverTheAgentSays() throws Exception {
        String types = "spaquzx!ri";
        for (int seed = 0; seed < 2_000; seed++) {
            var random = new Random(seed);
            ByteBuffer speech = ByteBuffer.allocate(4096);
            for (int frames = random.nextInt(8); frames > 0; frames--) {
                byte[] payload = new byte[random.nextInt(60)];
                random.nextBytes(payload);
                if (payload.length > 4 && random.nextBoolean()) {
                    ByteBuffer.wrap(payload).putInt(random.nextInt(2)).put((byte) random.nextInt(4)); // a process that there is
                }
                speech.put(frame(types.charAt(random.nextInt(types.length())), payload));
            }
            speech.flip();
            var over = new CompletableFuture<Outcome>();
            var ended = new CompletableFuture<Outcome>();
            var ends = new AtomicInteger();
            var terms = new HeldSandbox.Terms(Duration.ofMinutes(1), Duration.ofMinutes(1), listener(ended, ends), over::complete);
            try (AgentSandbox sandbox = sandbox(new Speech(speech))) {
                try {
                    sandbox.hold(TestEngine.program("python", ""), terms);
                } catch (SandboxException e) {
                    assertThat(e).hasMessageContaining("held"); // it did not say that it holds
                }
                assertThat(over.get(60, TimeUnit.SECONDS)).isNotNull();
                assertThat(ended.get(60, TimeUnit.SECONDS)).isNotNull();
                assertThat(ends).hasValue(1);
            }
        }
    }

    private static HeldSandbox.ProcessListener listener(CompletableFuture<Outcome> ended, AtomicInteger ends) {
        return new HeldSandbox.ProcessListener() {
            @Override
            public void output(OutputChunk.Stream stream, byte[] bytes) {}

            @Override
            public void ended(Outcome outcome, Usage usage) {
                ends.incrementAndGet();
                ended.complete(outcome);
            }
        };
    }
}
