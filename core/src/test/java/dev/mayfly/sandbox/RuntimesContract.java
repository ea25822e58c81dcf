package dev.mayfly.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mayfly.execution.CollectedOutput;
import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.testing.TestEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every folder of `runtimes/` is a language that works: adding one needs no other change. Those that are optional are in
/// `LanguagesContract`.
public abstract class RuntimesContract extends EngineContract {
    static Stream<LanguageRuntime> runtimes() {
        List<LanguageRuntime> all = TestEngine.RUNTIMES.all().stream().filter(runtime -> !runtime.optional()).toList();
        assertThat(all).hasSizeGreaterThanOrEqualTo(3);
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("runtimes")
    void helloRuns(LanguageRuntime runtime) throws Exception {
        var ran = engine.run(runtime.id(), runtime.hello().code());
        assertThat(ran.stdout()).isEqualTo(runtime.hello().stdout());
        assertThat(ran.run().outcome()).isEqualTo(new Outcome.Exited(0));
        assertThat(ran.run().usage().peakPids()).isPositive();
    }

    private String prints(String runtime, String code) throws Exception {
        var ran = engine.run(runtime, code);
        assertThat(ran.stderr()).isEmpty();
        assertThat(ran.run().outcome()).isEqualTo(new Outcome.Exited(0));
        return ran.stdout();
    }

    /// The same names on every engine, and nothing of the machine that built the image or runs it.
    @Test
    void localNamesResolveAndNoServerIsAsked() throws Exception {
        assertThat(prints("bash", """
                echo $(getent ahosts localhost | cut -d' ' -f1 | sort -u)
                getent ahosts mayfly | grep STREAM | grep -o '^127[.0-9]*'
                uname -n
                cat /etc/hostname /etc/resolv.conf
                """)).isEqualTo("""
                127.0.0.1 ::1
                127.0.0.2
                mayfly
                mayfly
                """);
    }

    @Test
    void pythonServesItselfOverLocalhost() throws Exception {
        assertThat(prints("python", """
                import http.server, socket, threading, urllib.request
                class Handler(http.server.BaseHTTPRequestHandler):
                    def do_GET(self):
                        self.send_response(200)
                        self.end_headers()
                        self.wfile.write(b'served ' + self.path.encode())
                    def log_message(self, *args): pass
                server = http.server.ThreadingHTTPServer(('localhost', 0), Handler)
                threading.Thread(target=server.serve_forever, daemon=True).start()
                print(urllib.request.urlopen('http://localhost:%d/page' % server.server_port).read())
                print(sorted({address[0] for *_, address in socket.getaddrinfo('localhost', 80)}), socket.gethostbyname(socket.gethostname()))
                """)).isEqualTo("b'served /page'\n['127.0.0.1', '::1'] 127.0.0.2\n");
    }

    @Test
    void nodeServesItselfOverLocalhost() throws Exception {
        assertThat(prints("node", """
                const http = require('http');
                const server = http.createServer((request, response) => response.end('served ' + request.url)).listen(0, 'localhost', async () => {
                  console.log(await (await fetch(`http://localhost:${server.address().port}/page`)).text());
                  server.close();
                });
                """)).isEqualTo("served /page\n");
    }

    @Test
    void usualToolsAreThere() throws Exception {
        assertThat(prints("bash", """
                set -e
                ps -o comm= -p $$
                echo '#!/bin/sh' > script && file -b --mime-type script
                echo '{"a": [1, 2]}' | jq -c .a
                echo '2^100' | bc
                printf hi | xxd -p
                printf 'a\n' > old; printf 'b\n' > new; diff -u old new > change || true; patch -s old change; cat old
                echo 'a b' | gawk '{print $2, (length(PROCINFO["version"]) > 0)}'
                printf UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA== | base64 -d > empty.zip; unzip -qt empty.zip 2>&1 | grep -c 'zipfile is empty'
                echo page | less
                git init -q repository && cd repository && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m first && git log --format=%s
                """)).isEqualTo("bash\ntext/x-shellscript\n[1,2]\n1267650600228229401496703205376\n6869\nb\nb 1\n1\npage\nfirst\n");
    }

    @Test
    void pythonIsFoundByEachOfItsNames() throws Exception {
        assertThat(prints("python", """
                import pathlib, subprocess
                for command in (['python'], ['python3'], ['/usr/bin/env', 'python'], ['/usr/bin/env', 'python3']):
                    print(subprocess.run([*command, '-c', 'import sys; print(sys.version_info[:2])'], capture_output=True, text=True).stdout, end='')
                script = pathlib.Path('tool')
                script.write_text('#!/usr/bin/env python\\nprint("tool")')
                script.chmod(0o755)
                print(subprocess.run('./tool', capture_output=True, text=True).stdout, end='')
                """)).isEqualTo("(3, 13)\n".repeat(4) + "tool\n");
    }

    @Test
    void oldTimeZoneNamesAreKnown() throws Exception {
        assertThat(prints("python", "import zoneinfo; print(zoneinfo.ZoneInfo('US/Pacific').key, zoneinfo.ZoneInfo('Asia/Calcutta').key)"))
                .isEqualTo("US/Pacific Asia/Calcutta\n");
        assertThat(prints("bash", "TZ=US/Eastern date -d @0 +%H:%M")).isEqualTo("19:00\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"C.UTF-8", "en_US.UTF-8"})
    void localeIsThere(String name) throws Exception {
        assertThat(prints("bash", """
                export LC_ALL=%s
                bash -c 'text=gr\u00f6\u00dfe; echo ${#text}'
                perl -e 'print "no warning\n"'
                locale charmap
                """.formatted(name))).isEqualTo("5\nno warning\nUTF-8\n");
        assertThat(prints("python", "import locale; print(locale.setlocale(locale.LC_ALL, '%s'))".formatted(name))).isEqualTo(name + "\n");
    }

    /// By the limit, and not by the host.
    @ParameterizedTest
    @CsvSource({"500, 1", "1000, 1", "1500, 2", "2000, 2"})
    void programFindsTheProcessorsThatItMayUse(long cpuMillis, int found) throws Exception {
        assertThat(onProcessors(cpuMillis, "bash", "nproc")).isEqualTo(found + "\n");
        assertThat(onProcessors(cpuMillis, "python", """
                import os, subprocess, sys
                print(os.cpu_count(), os.process_cpu_count())
                print(subprocess.run([sys.executable, '-c', 'import os; print(os.cpu_count())'], capture_output=True, text=True).stdout, end='')
                """)).isEqualTo("%1$d %1$d\n%1$d\n".formatted(found));
        assertThat(onProcessors(cpuMillis, "node", """
                const os = require('os');
                console.log(os.availableParallelism(), os.cpus().length);
                console.log(require('child_process').execFileSync(process.execPath, ['-p', 'os.cpus().length'], { encoding: 'utf8' }).trim());
                """)).isEqualTo("%1$d %1$d\n%1$d\n".formatted(found));
    }

    private String onProcessors(long cpuMillis, String runtime, String code) throws Exception {
        Map<LimitAxis, Long> limits = Map.of(LimitAxis.CPUS, cpuMillis);
        return engine.run(engine.spec(runtime).withLimits(limits), TestEngine.program(runtime, code, limits)).stdout();
    }

    /// The heap of the program may grow to the limit; a worker has the one that it was given.
    @Test
    void nodesHeapsHaveTheirOwnBounds() throws Exception {
        Map<LimitAxis, Long> limits = Map.of(LimitAxis.MEMORY, 1L << 30);
        var ran = engine.run(engine.spec("node").withLimits(limits), TestEngine.program("node", """
                const { Worker } = require('worker_threads');
                console.log(require('v8').getHeapStatistics().heap_size_limit >= 2 ** 30, process.execArgv);
                const worker = new Worker('let hoard; for (;;) hoard = { hoard };',
                  { eval: true, resourceLimits: { maxOldGenerationSizeMb: 24 } });
                worker.on('error', (error) => console.log(error.code));
                const hoard = []; // more than V8's own bound would let live
                for (let i = 0; i < 80; i++) hoard.push(new Array(1_000_000).fill(i + 0.5));
                console.log(hoard.length);
                """, limits));
        assertThat(ran.stdout()).isEqualTo("true []\n80\nERR_WORKER_OUT_OF_MEMORY\n");
        assertThat(ran.run().outcome()).isEqualTo(new Outcome.Exited(0));
    }

    /// With the fewest processes that it is offered with, a runtime's program runs, and may use all that the runtime
    /// itself starts.
    @Test
    void fewestProcessesAreEnough() throws Exception {
        Map<LimitAxis, Long> limits = Map.of(LimitAxis.PIDS, TestEngine.runtime("node").minimums().of(LimitAxis.PIDS));
        var ran = engine.run(engine.spec("node").withLimits(limits), TestEngine.program("node", """
                const fs = require('fs');
                for (let i = 0; i < 8; i++) fs.readFile('/etc/passwd', () => {});
                require('crypto').pbkdf2('a', 'b', 1, 16, 'sha1', () => console.log('done'));
                """, limits));
        assertThat(ran.stdout()).isEqualTo("done\n");
    }

    @Test
    void terminalIsNamedAndKnown() throws Exception {
        assertThat(prints("bash", "echo $TERM; tput cols; tput setaf 1 | xxd -p")).isEqualTo("xterm-256color\n80\n1b5b33316d\n");
    }

    private static final int SMALL = 4000;
    private static final Duration READER_AWAY = Duration.ofSeconds(4);
    private static final Duration GATHERED = Duration.ofMillis(2);

    /// A program that writes byte for byte makes no chunk of each, and nothing is lost or turned round.
    @Test
    void smallPiecesOfOutputAreJoined() throws Exception {
        List<OutputChunk> chunks = new ArrayList<>();
        try (Sandbox sandbox = engine.engine().create(engine.spec("python"))) {
            sandbox.run(TestEngine.program("python", "import os\nfor i in range(20_000): os.write(1 + (i >= 10_000), b'%d' % (i % 10))"), chunks::add);
        }
        for (OutputChunk.Stream stream : OutputChunk.Stream.values()) {
            assertThat(chunks.stream().filter(chunk -> chunk.stream() == stream).map(chunk -> new String(chunk.bytes(), UTF_8)).collect(joining()))
                    .isEqualTo("0123456789".repeat(1000));
        }
        // by the agent's own clock, which reads once for all that leaves together: nothing does so within one stream
        for (int i = 2; i < chunks.size(); i++) {
            OutputChunk first = chunks.get(i - 2);
            OutputChunk last = chunks.get(i);
            if (first.stream() == last.stream() && chunks.get(i - 1).bytes().length < SMALL) {
                assertThat(last.elapsed().minus(first.elapsed())).isGreaterThanOrEqualTo(GATHERED);
            }
        }
    }

    /// Output that its reader does not take waits in the sandbox to its bounds, in pieces of any size, and is whole
    /// when it is read.
    @Test
    void piecesThatNobodyReadsForAWhileAreAllThere() throws Exception {
        var code = """
                import fcntl, os, time
                fcntl.fcntl(1, fcntl.F_SETPIPE_SZ, 1 << 20)
                fcntl.fcntl(1, fcntl.F_SETFL, os.O_DIRECT | os.O_NONBLOCK) # a read gets one piece, however much waits
                total = refused = 0
                while refused < 20:
                    try: total += os.write(1, b'x' * 4000)
                    except BlockingIOError:
                        refused += 1
                        time.sleep(0.05)
                os.write(2, b'%d' % total)
                """;
        Map<LimitAxis, Long> limits = Map.of(LimitAxis.OUTPUT, 32L << 20);
        var pause = new AtomicBoolean(true);
        var output = new CollectedOutput();
        try (Sandbox sandbox = engine.engine().create(engine.spec("python"))) {
            SandboxRun run = sandbox.run(TestEngine.program("python", code, limits), chunk -> {
                if (pause.getAndSet(false)) {
                    Thread.sleep(READER_AWAY.toMillis());
                }
                output.accept(chunk);
            });
            assertThat(run.outcome()).isEqualTo(new Outcome.Exited(0));
        }
        assertThat(new String(output.stdout(), UTF_8)).isEqualTo("x".repeat(Integer.parseInt(new String(output.stderr(), UTF_8))));
    }

    @Test
    void gatheredOutputDoesNotWaitForMore() throws Exception {
        var heard = new ConcurrentLinkedQueue<String>();
        try (Sandbox sandbox = engine.engine().create(engine.spec("python"))) {
            Thread runner = Thread.ofVirtual().start(() -> {
                try {
                    sandbox.run(TestEngine.program("python", "import os, time\nos.write(1, b'a')\nos.write(1, b'b')\nos.write(2, b'c')\ntime.sleep(100)"),
                            chunk -> heard.add(new String(chunk.bytes(), UTF_8)));
                } catch (SandboxException | InterruptedException e) {
                    // interrupted below
                }
            });
            await().atMost(Duration.ofSeconds(8)).untilAsserted(() -> assertThat(String.join("", heard)).isEqualTo("abc"));
            runner.interrupt();
            runner.join();
        }
    }
}
