package dev.mayfly.oci;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.sandbox.InstanceLock;
import dev.mayfly.sandbox.Sandbox;
import dev.mayfly.sandbox.SandboxSpec;
import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.TestEngine;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// A Node that was restored from a snapshot, with all of its threads and descriptors, is the same to its program as
/// one that was started. So it is in every version on offer.
@ParameterizedClass
@MethodSource("versions")
@NeedsRoot
class NodeSnapshotIT {
    /// What a program can see of its process; nothing in it may differ from sandbox to sandbox.
    private static final String LOOK_AROUND = """
            const fs = require('fs'), os = require('os'), v8 = require('v8');
            const text = (name) => fs.readFileSync('/proc/self/' + name, 'utf8');
            const status = Object.fromEntries(text('status').split('\\n').filter((line) => line).map((line) => line.split(':\\t')));
            const kinds = fs.readdirSync('/proc/self/fd').sort().map((fd) => {
              try { return fd + ' ' + fs.readlinkSync('/proc/self/fd/' + fd).replace(/\\d+/g, '') + ' ' + /flags:\\t(\\d+)/.exec(text('fdinfo/' + fd))[1]; } catch { return 'of the list'; }
            });
            const interests = fs.readdirSync('/proc/self/fd').flatMap((fd) => { try { return text('fdinfo/' + fd).match(/tfd:.*data:\\s*\\w+/g) ?? []; } catch { return []; } }).sort();
            console.log(JSON.stringify({
              argv: process.argv, argv0: process.argv0, execArgv: process.execArgv, execPath: process.execPath, title: process.title, env: process.env, cwd: process.cwd(),
              umask: process.umask(), pid: process.pid, parent: process.ppid, ids: [process.getuid(), process.getgid(), process.getgroups()], versions: process.versions,
              config: process.config, features: process.features, release: process.release, modules: process.moduleLoadList, cache: Object.keys(require.cache),
              heap: v8.getHeapStatistics().heap_size_limit, young: v8.getHeapSpaceStatistics().map((space) => space.space_name), flags: Object.keys(globalThis),
              uptime: process.uptime() < 10, processors: [os.availableParallelism(), os.cpus().length], listeners: process.eventNames().map(String),
              threads: fs.readdirSync('/proc/self/task').map((id) => id + ' ' + text('task/' + id + '/comm')),
              masks: fs.readdirSync('/proc/self/task').map((id) => /SigBlk:.*/.exec(text('task/' + id + '/status'))[0]),
              kinds, interests, signals: [status.SigBlk, status.SigIgn, status.SigCgt], own: fs.readlinkSync('/proc/self/exe'),
              comm: text('comm'), cmdline: text('cmdline'), environ: text('environ').split('\\0').sort(), executable: fs.existsSync(process.execPath),
              stack: new Error().stack, trace: Error.stackTraceLimit, resources: process.getActiveResourcesInfo(), groups: status.Groups, dumps: process.report.getReport().header.commandLine,
            }));
            """;

    /// Each of them uses what was there before the snapshot: threads, the loop, the compiler, the collector.
    private static final String EXERCISE = """
            const assert = require('assert'), fs = require('fs'), http = require('http'), zlib = require('zlib'), crypto = require('crypto'), vm = require('vm');
            const { Worker } = require('worker_threads'), { promisify } = require('util'), child = require('child_process'), os = require('os');
            async function all() {
              assert.deepStrictEqual(await Promise.all([1, 2, 3].map((n) => new Promise((done) => setTimeout(done, n, n)))), [1, 2, 3]);
              const files = await Promise.all(Array.from({ length: 20 }, () => fs.promises.readFile('/etc/passwd', 'utf8')));
              assert(files.every((file) => file === files[0] && file.includes('mayfly')));
              const server = http.createServer((request, response) => response.end('hello ' + request.url)).listen(0, '127.0.0.1');
              await new Promise((done) => server.on('listening', done));
              const answer = await fetch(`http://127.0.0.1:${server.address().port}/x`);
              assert.strictEqual(await answer.text(), 'hello /x');
              server.closeAllConnections(); server.close();
              assert.strictEqual(zlib.gunzipSync(await promisify(zlib.gzip)('text '.repeat(1000))).toString(), 'text '.repeat(1000));
              assert.strictEqual((await promisify(crypto.pbkdf2)('a', 'b', 1000, 16, 'sha256')).length, 16);
              assert.strictEqual(await new Promise((done) => new Worker('require("worker_threads").parentPort.postMessage([process.execPath, 6 * 7].join())', { eval: true }).on('message', done)), '/usr/bin/node,42');
              assert.strictEqual(child.execFileSync('/bin/echo', ['child'], { encoding: 'utf8' }), 'child\\n');
              assert.strictEqual(child.execFileSync(process.execPath, ['-p', '6*7'], { encoding: 'utf8' }), '42\\n');
              assert.strictEqual(await new Promise((done) => child.spawn('/bin/sh', ['-c', 'cat']).on('close', done).stdin.end('x')), 0);
              const got = new Promise((done) => process.once('SIGUSR2', done));
              process.kill(process.pid, 'SIGUSR2');
              await got;
              let hot = 0;
              for (let i = 0; i < 3e6; i++) hot = (hot * 31 + i) | 0; // long enough to be compiled, by another thread
              assert(Number.isInteger(hot));
              const kept = [];
              for (let i = 0; i < 300000; i++) { kept.push({ i, text: 'n' + i }); if (kept.length > 20000) kept.length = 0; }
              assert(new Set(Array.from({ length: 1000 }, (_, i) => 'key' + i)).has('key999') && Object.keys(process.versions).length > 10);
              assert.strictEqual(vm.runInNewContext('[1, 2, 3].map((n) => n * 2).join()'), '2,4,6');
              assert.strictEqual(new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 6, 1, 4, 0, 65, 42, 11]))).exports.f(), 42);
              assert.strictEqual(0.1 + 0.2, 0.30000000000000004);
              assert.strictEqual((await import('node:path')).basename('/a/b'), 'b');
              assert.strictEqual(Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5), 'timed-out');
            }
            const alive = setInterval(() => {}, 1000); // a signal that is waited for does not keep node
            all().then(() => console.log('all well')).finally(() => clearInterval(alive));
            """;

    /// What draws at random, by every way that a program has.
    private static final String RANDOM = """
            const crypto = require('crypto'), vm = require('vm'), { Worker } = require('worker_threads');
            const worker = new Worker('require("worker_threads").parentPort.postMessage([Math.random(), require("crypto").randomUUID()])', { eval: true });
            worker.on('message', (drawn) => console.log([Math.random(), vm.runInNewContext('Math.random()'), crypto.randomBytes(8).toString('hex'), crypto.randomUUID(), crypto.randomInt(2 ** 47),
              crypto.getRandomValues(new Uint32Array(2)).join('-'), require('fs').mkdtempSync('/tmp/'), crypto.generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x, ...drawn].join('\\n')));
            """;

    private static final int SANDBOXES = 100;

    @TempDir
    Path folder;

    private final String runtime;

    NodeSnapshotIT(String runtime) {
        this.runtime = runtime;
    }

    static Stream<String> versions() {
        return TestEngine.RUNTIMES.all().stream().filter(runtime -> runtime.name().equals("node")).map(LanguageRuntime::id);
    }

    private final Instant now = Instant.EPOCH;

    private OciSettings settings(boolean snapshots) {
        return SnapshotSandboxes.settings(folder, snapshots);
    }

    private SandboxSpec spec(OciEngine engine) throws Exception {
        return SnapshotSandboxes.spec(engine, runtime);
    }

    private String run(Sandbox sandbox, String code) throws Exception {
        return SnapshotSandboxes.run(sandbox, runtime, code);
    }

    private Sandbox later(OciEngine engine) throws Exception {
        return SnapshotSandboxes.later(engine, spec(engine));
    }

    @Test
    void programSeesTheProcessThatItWouldSeeWithoutOne() throws Exception {
        String started;
        String restored;
        try (var lock = new InstanceLock(folder); var engine = new OciEngine(settings(false), lock, () -> now); Sandbox sandbox = later(engine)) {
            assertThat(Snapshots.isRestored(sandbox)).isFalse();
            started = run(sandbox, LOOK_AROUND);
        }
        try (var lock = new InstanceLock(folder); var engine = new OciEngine(settings(true), lock, () -> now); Sandbox sandbox = later(engine)) {
            assertThat(Snapshots.isRestored(sandbox)).isTrue();
            restored = run(sandbox, LOOK_AROUND);
        }
        assertThat(restored.replace(",", ",\n")).isEqualTo(started.replace(",", ",\n"));
    }

    @Test
    void everythingWorksInARestoredNode() throws Exception {
        try (var lock = new InstanceLock(folder); var engine = new OciEngine(settings(true), lock, () -> now); Sandbox sandbox = later(engine)) {
            assertThat(Snapshots.isRestored(sandbox)).isTrue();
            assertThat(run(sandbox, EXERCISE)).isEqualTo("all well\n");
        }
    }

    @Test
    void noTwoOf100SandboxesDrawTheSameNumber() throws Exception {
        Set<String> drawn = new HashSet<>();
        try (var lock = new InstanceLock(folder); var engine = new OciEngine(settings(true), lock, () -> now)) {
            later(engine).close();
            for (int i = 0; i < SANDBOXES; i++) {
                try (Sandbox sandbox = engine.create(spec(engine))) {
                    assertThat(Snapshots.isRestored(sandbox)).isTrue();
                    String[] numbers = run(sandbox, RANDOM).split("\n");
                    assertThat(numbers).hasSize(10);
                    assertThat(drawn).doesNotContainAnyElementsOf(Arrays.asList(numbers));
                    drawn.addAll(Arrays.asList(numbers));
                }
            }
        }
    }
}
