package dev.mayfly.sandbox;

import static dev.mayfly.testing.TestEngine.program;
import static dev.mayfly.testing.TestEngine.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.sandbox.Outcome.Clock;
import dev.mayfly.testing.TestEngine.Ran;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// One test for each limit, which fails when its line in the engine or in the agent is taken out; and beside each
/// attack an ordinary program that does not notice it.
public abstract class LimitsContract extends EngineContract {
    private static final Map<LimitAxis, Long> TWO_SECONDS = Map.of(LimitAxis.WALL_TIME, 2000L);
    /// Runs the attack, and meanwhile a neighbour that must not be touched by it.
    private Ran attack(PreparedProgram program) throws Exception {
        var neighbour = CompletableFuture.supplyAsync(() -> {
            try {
                return engine.run("python", "print(sum(range(100000)))");
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }, Thread::startVirtualThread);
        Ran ran = engine.run(engine.spec("python"), program);
        assertThat(neighbour.get().stdout()).isEqualTo("4999950000\n");
        return ran;
    }

    private Ran attack(String code, Map<LimitAxis, Long> limits) throws Exception {
        return attack(with(program("python", code), limits));
    }

    private static void timedOut(Ran ran, Clock clock) {
        assertThat(ran.run().outcome()).isInstanceOfSatisfying(Outcome.TimedOut.class, outcome -> {
            assertThat(outcome.clock()).isEqualTo(clock);
            assertThat(outcome.measured()).isGreaterThanOrEqualTo(outcome.limit());
        });
    }

    @Test
    void sleepEndsAtTheWallTime() throws Exception {
        timedOut(attack("import time; time.sleep(60)", Map.of(LimitAxis.WALL_TIME, 500L)), Clock.WALL_TIME);
    }

    @Test
    void loopEndsAtTheCpuTime() throws Exception {
        timedOut(attack("while True: pass", Map.of(LimitAxis.CPU_TIME, 300L)), Clock.CPU_TIME);
    }

    @Test
    void cpuTimeCountsAllProcesses() throws Exception {
        timedOut(attack("import os\nfor _ in range(3): os.fork()\nwhile True: pass", Map.of(LimitAxis.CPU_TIME, 600L)), Clock.CPU_TIME);
    }

    @Test
    void ignoringEverySignalDoesNotHelp() throws Exception {
        timedOut(attack("""
                import signal
                for n in range(1, 32):
                    try: signal.signal(n, signal.SIG_IGN)
                    except (OSError, ValueError): pass
                while True:
                    try:
                        while True: pass
                    except BaseException: pass
                """, Map.of(LimitAxis.WALL_TIME, 700L)), Clock.WALL_TIME);
    }

    @Test
    void outputWrittenBeforeTheKillIsThere() throws Exception {
        assertThat(attack("print('before')\nwhile True: pass", Map.of(LimitAxis.WALL_TIME, 400L)).stdout()).isEqualTo("before\n");
    }

    @Test
    void cpusBoundTheSpeed() throws Exception {
        SandboxSpec slow = engine.spec("python").withLimits(Map.of(LimitAxis.CPUS, 200L));
        Ran ran = engine.run(slow, with(program("python", "while True: pass"), Map.of(LimitAxis.CPUS, 200L, LimitAxis.WALL_TIME, 2000L)));
        timedOut(ran, Clock.WALL_TIME);
        long cpuMillis = ran.run().usage().cpuUser().plus(ran.run().usage().cpuSystem()).toMillis();
        assertThat(cpuMillis).isLessThan(1000); // a fifth of two seconds, with much room
    }

    @Test
    void memoryHogDiffersFromACrash() throws Exception {
        Ran ran = attack("x = bytearray(b'x') * (1 << 30)", Map.of());
        assertThat(ran.run().outcome()).isInstanceOfSatisfying(Outcome.OutOfMemory.class, outcome -> {
            assertThat(outcome.limitBytes()).isEqualTo(256L << 20);
            assertThat(outcome.peakBytes()).isBetween(200L << 20, 256L << 20);
        });
    }

    @Test
    void memoryOfAChildCounts() throws Exception {
        Ran ran = attack("import os\nif os.fork() == 0:\n    x = bytearray(b'x') * (1 << 30)\nos.wait()\nprint('survived')", Map.of());
        assertThat(ran.run().outcome()).isInstanceOf(Outcome.OutOfMemory.class);
    }

    @Test
    void killingOneselfIsNotOutOfMemory() throws Exception {
        assertThat(attack("import os; os.kill(os.getpid(), 9)", Map.of()).run().outcome()).isEqualTo(new Outcome.Signaled(9));
    }

    @Test
    void nodeRunsOutOfTheSandboxesMemoryAndNotOfV8sGuess() throws Exception {
        Ran ran = engine.run("node", "const a = []; while (true) a.push('x'.repeat(1000).split(''))");
        assertThat(ran.run().outcome()).isInstanceOf(Outcome.OutOfMemory.class);
    }

    @Test
    void resizedSandboxKeepsItsNewLimits() throws Exception {
        PreparedProgram small = with(program("python", "x = bytearray(b'x') * (100 << 20)"), Map.of(LimitAxis.MEMORY, 64L << 20));
        try (Sandbox sandbox = engine.engine().create(engine.spec("python"))) {
            sandbox.resize(small.limits());
            assertThat(sandbox.run(small, chunk -> {}).outcome()).isInstanceOf(Outcome.OutOfMemory.class);
        }
    }

    @Test
    void forkBombMeetsThePidsLimit() throws Exception {
        Ran ran = attack("""
                import os
                while True:
                    try: os.fork()
                    except OSError: pass
                """, TWO_SECONDS);
        assertThat(ran.run().outcome()).isInstanceOf(Outcome.TimedOut.class);
        assertThat(ran.run().usage().peakPids()).isEqualTo(64);
    }

    @Test
    void exactlyAsManyProcessesAsAllowedCanLive() throws Exception {
        Ran ran = attack("""
                import os, time
                alive = 1
                try:
                    while True:
                        if os.fork() == 0:
                            time.sleep(30)
                            os._exit(0)
                        alive += 1
                except OSError:
                    print(alive)
                """, Map.of());
        assertThat(ran.stdout()).isEqualTo("64\n");
    }

    @Test
    void daemonThatHoldsTheOutputOpenDoesNotHoldTheRun() throws Exception {
        Ran ran = attack("""
                import os, sys
                if os.fork() == 0:
                    os.setsid()
                    if os.fork() == 0:
                        import time
                        time.sleep(60)
                    os._exit(0)
                print('done')
                """, Map.of());
        assertThat(ran.stdout()).isEqualTo("done\n");
        assertThat(ran.run().outcome()).isEqualTo(new Outcome.Exited(0));
    }

    @Test
    void fullDiskIsTheProgramsOwnError() throws Exception {
        Ran ran = attack("""
                import errno
                written = 0
                try:
                    with open('big', 'wb', buffering=0) as f:
                        while True: written += f.write(b'x' * 65536)
                except OSError as e:
                    print(errno.errorcode[e.errno], (64 << 20) - 65536 <= written <= 64 << 20)
                """, Map.of());
        assertThat(ran.stdout()).isEqualTo("ENOSPC True\n");
    }

    @Test
    void inodesAreBounded() throws Exception {
        Ran ran = attack("""
                import errno
                n = 0
                try:
                    while True:
                        open(f'f{n}', 'w').close()
                        n += 1
                except OSError as e:
                    print(errno.errorcode[e.errno], n < 17000)
                """, Map.of());
        assertThat(ran.stdout()).isEqualTo("ENOSPC True\n");
    }

    @Test
    void openFilesAreBounded() throws Exception {
        Ran ran = attack("""
                import errno, os, resource
                fds = []
                try:
                    while True: fds.append(os.dup(0))
                except OSError as e:
                    print(errno.errorcode[e.errno], len(fds) + 3, resource.getrlimit(resource.RLIMIT_NOFILE))
                """, Map.of());
        assertThat(ran.stdout()).isEqualTo("EMFILE 1024 (1024, 1024)\n");
    }

    @Test
    void floodOnBothStreamsIsCutAtTheCap() throws Exception {
        Ran ran = attack("""
                import os
                while True:
                    os.write(1, b'o' * 1000)
                    os.write(2, b'e' * 1000)
                """, Map.of());
        assertThat(ran.stdout().length() + ran.stderr().length()).isEqualTo(1 << 20);
        assertThat(ran.run().outcome()).isInstanceOf(Outcome.OutputLimit.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1})
    void outputCapIsExact(int beyond) throws Exception {
        int cap = 100_000;
        Ran ran = engine.run(engine.spec("python"), with(
                program("python", "import os\nleft = %d\nwhile left: left -= os.write(1, b'x' * min(left, 7777))".formatted(cap + beyond)),
                Map.of(LimitAxis.OUTPUT, (long) cap)));
        assertThat(ran.stdoutBytes()).hasSize(Math.min(cap, cap + beyond));
        assertThat(ran.run().stdoutBytes()).isEqualTo(cap + beyond);
        assertThat(ran.run().outcome()).isEqualTo(beyond > 0 ? new Outcome.OutputLimit(cap + 1, cap) : new Outcome.Exited(0));
    }

    @Test
    void everyByteOfAProgramThatPrintsAndExitsAtOnceArrives() throws Exception {
        int bytes = 1 << 20;
        for (int round = 0; round < 200; round++) {
            Ran ran = engine.run("python", "import os\nos.write(1, b'')\nleft = %d\nwhile left: left -= os.write(1, b'x' * left)\nos._exit(0)".formatted(bytes));
            assertThat(ran.stdoutBytes()).as("round %d", round).hasSize(bytes);
            assertThat(ran.run().outcome()).isEqualTo(new Outcome.Exited(0));
        }
    }
}
