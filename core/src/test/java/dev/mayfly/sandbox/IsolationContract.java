package dev.mayfly.sandbox;

import static dev.mayfly.testing.TestEngine.program;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.execution.CollectedOutput;
import dev.mayfly.testing.TestEngine.Ran;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// What user code finds when it looks around, and what it cannot do to the agent, the sandbox and the result.
public abstract class IsolationContract extends EngineContract {
    private String python(String code) throws Exception {
        Ran ran = engine.run("python", code);
        assertThat(ran.stderr()).isEmpty();
        return ran.stdout();
    }

    @Test
    void userCodeHasNoPrivileges() throws Exception {
        assertThat(python("""
                status = dict(line.split(':\\t', 1) for line in open('/proc/self/status').read().splitlines() if ':\\t' in line)
                for name in ('Uid', 'Gid', 'Groups', 'CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb', 'NoNewPrivs', 'Seccomp'):
                    print(name, *status[name].split())
                """)).isEqualTo("""
                Uid 1000 1000 1000 1000
                Gid 1000 1000 1000 1000
                Groups
                CapInh 0000000000000000
                CapPrm 0000000000000000
                CapEff 0000000000000000
                CapBnd 0000000000000000
                CapAmb 0000000000000000
                NoNewPrivs 1
                Seccomp 2
                """);
    }

    @Test
    void userCodeCannotTouchTheAgent() throws Exception {
        assertThat(python("""
                import os, resource, signal
                def attempt(name, action):
                    try: action(); print(name, 'DONE')
                    except OSError as e: print(name, e.strerror)
                for n in (signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM, signal.SIGCHLD):
                    attempt(f'signal {n}', lambda: os.kill(1, n))
                attempt('prlimit', lambda: resource.prlimit(1, resource.RLIMIT_NOFILE, (1, 1)))
                attempt('descriptors', lambda: os.listdir('/proc/1/fd'))
                attempt('memory', lambda: open('/proc/1/mem', 'rb'))
                attempt('environment', lambda: open('/proc/1/environ', 'rb').read())
                attempt('stdout', lambda: open('/proc/1/fd/1', 'wb'))
                attempt('entry point', lambda: os.unlink('/dev/mayfly/entrypoint'))
                """).lines()).noneMatch(line -> line.endsWith("DONE")).hasSize(10);
    }

    @Test
    void forbiddenSystemCallsFail() throws Exception {
        assertThat(python("""
                import ctypes, errno, socket
                libc = ctypes.CDLL(None, use_errno=True)
                calls = dict(ptrace=101, unshare=272, mount=165, setns=308, keyctl=250, add_key=248, bpf=321, perf_event_open=298,
                             userfaultfd=323, io_uring_setup=425, process_vm_writev=311, pivot_root=155, chroot=161, kexec_load=246,
                             init_module=175, io_setup=206, open_by_handle_at=304, clone3=435, reboot=169, swapon=167, settimeofday=164)
                for name, number in calls.items():
                    ctypes.set_errno(0)
                    result = libc.syscall(number, 0, 0, 0, 0, 0)
                    if result != -1 or ctypes.get_errno() not in (errno.EPERM, errno.ENOSYS):
                        print(name, result, ctypes.get_errno())
                for family in (17, 38, 40, 3, 31):
                    try: socket.socket(family, socket.SOCK_DGRAM); print('family', family)
                    except OSError as e:
                        if e.errno not in (errno.EPERM, errno.EAFNOSUPPORT): print('family', family, e)
                pair = (ctypes.c_int * 2)()
                for family in (2, 16, 30, 38):
                    ctypes.set_errno(0)
                    if libc.socketpair(family, 1, 0, pair) != -1 or ctypes.get_errno() not in (errno.EPERM, errno.EOPNOTSUPP): print('pair', family, ctypes.get_errno())
                CLONE_NEWUSER = 0x10000000
                ctypes.set_errno(0)
                if libc.syscall(56, CLONE_NEWUSER | 17, 0, 0, 0, 0) != -1: print('new user namespace')
                """)).isEmpty();
    }

    @Test
    void thereIsNoNetworkAndNoWayOut() throws Exception {
        assertThat(python("""
                print(open('/proc/net/route').read().count('\\n'))
                import os
                print(sorted(os.listdir('/sys/class/net')))
                """)).isEqualTo("1\n['lo']\n");
    }

    @Test
    void loopbackWorksAndTheAgentHasGivenUpWhatItTookToBringItUp() throws Exception {
        assertThat(python("""
                import socket
                server = socket.create_server(('127.0.0.1', 0))
                client = socket.create_connection(server.getsockname())
                server.accept()[0].sendall(b'hello')
                print(client.recv(5))
                print(*[line.split()[1] for line in open('/proc/1/status') if line.startswith(('CapEff', 'CapPrm', 'CapBnd'))])
                """)).isEqualTo("b'hello'\n00000000000001e0 00000000000001e0 00000000000001e0\n");
    }

    @Test
    void everyPortOfLoopbackMayBeListenedAt() throws Exception {
        assertThat(python("import socket; print(socket.create_server(('127.0.0.1', 80)).getsockname()[1])")).isEqualTo("80\n");
    }

    @Test
    void sandboxesCannotWatchOrLockEachOther() throws Exception {
        // given a sandbox that watches what is opened in folders of its image, and holds a lock in it
        PreparedProgram watch = program("python", """
                import ctypes, fcntl, select, sys
                held = open('/etc/passwd')
                fcntl.flock(held, fcntl.LOCK_EX)
                libc = ctypes.CDLL(None)
                watch = libc.inotify_init()
                IN_OPEN, IN_ACCESS = 0x20, 0x1
                for folder in (b'/usr/bin', b'/etc', b'/mayfly', b'/usr/lib'):
                    if libc.inotify_add_watch(watch, folder, IN_OPEN | IN_ACCESS) < 0: print('no watch')
                print('watching', flush=True)
                sys.stdin.read()
                print(len(select.select([watch], [], [], 0)[0]))
                open('/etc/passwd').close()
                print(len(select.select([watch], [], [], 0)[0]))
                """);
        var output = new CollectedOutput();
        var watching = new CountDownLatch(1);
        try (var go = new PipedOutputStream(); var stdin = new PipedInputStream(go); Sandbox watcher = engine.engine().create(engine.spec("python"))) {
            var program = new PreparedProgram(watch.entrypoint(), watch.command(), watch.args(), watch.env(), watch.files(), watch.outputs(), new Stdin.Live(stdin),
                    watch.limits(), watch.budget());
            var run = new FutureTask<>(() -> watcher.run(program, chunk -> {
                output.accept(chunk);
                watching.countDown();
            }));
            Thread.startVirtualThread(run);
            assertThat(watching.await(20, TimeUnit.SECONDS)).isTrue();
            // when another sandbox of the image opens what is in them, and locks it
            assertThat(python("""
                    import fcntl, glob, json
                    mine = open('/etc/passwd')
                    fcntl.flock(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    print(mine.read(4), len(glob.glob('/usr/bin/*')) > 0)
                    """)).isEqualTo("root True\n");
            go.close();
            run.get(20, TimeUnit.SECONDS);
            // then it learns nothing of that, and something of its own
            assertThat(new String(output.stdout(), StandardCharsets.UTF_8)).isEqualTo("watching\n0\n1\n");
        }
    }

    @Test
    void rootIsReadOnlyAndTheHostIsNotThere() throws Exception {
        assertThat(python("""
                import os
                def writable(path):
                    try: open(path, 'w').close(); return True
                    except OSError: return False
                print([path for path in ('/x', '/etc/x', '/usr/x', '/mayfly/x', '/dev/x', '/proc/sys/kernel/core_pattern', '/sys/x', '/run/x', '/var/x') if writable(path)])
                print([path for path in ('/work/x', '/tmp/x', '/var/tmp/y', '/run/lock/z', '/var/lock/z') if writable(path)], sorted(os.listdir('/tmp')))
                print(os.path.exists('/var/run/docker.sock'), os.uname().nodename, sorted(name for name in os.environ if 'DOCKER' in name or 'MAYFLY' in name))
                flags = {line.split()[1]: line.split()[3].split(',') for line in open('/proc/mounts')}
                print([path for path in ('/work', '/tmp') if not {'nosuid', 'nodev'} <= set(flags[path])])
                """)).isEqualTo("""
                []
                ['/work/x', '/tmp/x', '/var/tmp/y', '/run/lock/z', '/var/lock/z'] ['x', 'y', 'z']
                False mayfly []
                []
                """);
    }

    @Test
    void printedFramesAreOnlyData() throws Exception {
        // given a program that prints what the agent would say at the end of a run
        byte[] forged = {0, 0, 0, 62, 'x', 'x', 0};
        Ran ran = engine.run("python", "import sys; sys.stdout.buffer.write(b'\\0\\0\\0\\x3exx\\0' + bytes(60)); sys.exit(5)");
        // then it is output, and the end is the program's own
        assertThat(ran.stdoutBytes()).startsWith(forged).hasSize(67);
        assertThat(ran.run().outcome()).isEqualTo(new Outcome.Exited(5));
    }

    @Test
    void agentRefusesWhatTheServiceWouldNeverSend() throws Exception {
        for (String path : List.of("../escape", "/etc/x", "a/../../b", "")) {
            PreparedProgram program = program("python", "print(1)");
            var hostile = new PreparedProgram(program.entrypoint(), program.command(), program.args(), program.env(),
                    List.of(new SourceFile(path, new byte[1])), program.outputs(), program.stdin(), program.limits(), program.budget());
            try (Sandbox sandbox = engine.engine().create(engine.spec("python"))) {
                assertThatThrownBy(() -> sandbox.run(hostile, chunk -> {})).isInstanceOf(SandboxException.class)
                        .hasMessageContaining("cannot write");
            }
        }
    }

    @Test
    void nothingOfOneRunIsInTheNext() throws Exception {
        python("open('/tmp/left', 'w').write('x'); open('/work/left', 'w').write('x')");
        assertThat(python("import os; print(os.listdir('/tmp'), os.listdir('/work'))")).isEqualTo("[] ['main.py']\n");
    }

    @Test
    void randomnessIsNotSharedBetweenSandboxes() throws Exception {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            seen.addAll(python("import random, secrets; print(hash('a text that only this program has')); print(random.random()); print(secrets.token_hex(8))").lines().toList());
            seen.addAll(engine.run("node", "console.log(Math.random()); console.log(crypto.randomUUID())").stdout().lines().toList());
        }
        assertThat(seen).hasSize(100);
    }

    @Test
    void onlyHonestFilesComeBack() throws Exception {
        PreparedProgram program = program("python", """
                import os
                os.makedirs('plots/deep')
                open('plots/a.png', 'wb').write(bytes(range(256)))
                open('plots/deep/b.png', 'w').write('deep')
                open('plots/empty.png', 'w').close()
                os.symlink('/etc/passwd', 'plots/link.png')
                os.symlink('/etc', 'plots/folder')
                os.mkfifo('plots/fifo.png')
                with open('plots/sparse.png', 'wb') as f: f.truncate(1 << 20)
                open('plots/big.png', 'wb').write(b'x' * (2 << 20))
                open('plots/locked.png', 'w').close(); os.chmod('plots/locked.png', 0)
                open('other.txt', 'w').write('not asked for')
                """);
        var asking = new PreparedProgram(program.entrypoint(), program.command(), program.args(), program.env(), program.files(), List.of("plots/*.png", "**/b.png"),
                program.stdin(), program.limits(), program.budget());
        Ran ran = engine.run(engine.spec("python"), asking);
        assertThat(ran.run().files()).extracting(OutputFile::path)
                .containsExactlyInAnyOrder("plots/a.png", "plots/deep/b.png", "plots/empty.png");
        assertThat(ran.run().files()).filteredOn(file -> file.path().equals("plots/deep/b.png"))
                .allMatch(file -> new String(file.content(), StandardCharsets.UTF_8).equals("deep"));
        assertThat(ran.run().skipped()).containsExactlyInAnyOrder(
                new OutputFile.Skipped("plots/link.png", "link"),
                new OutputFile.Skipped("plots/fifo.png", "not a regular file"),
                new OutputFile.Skipped("plots/sparse.png", "sparse"),
                new OutputFile.Skipped("plots/big.png", "too large"),
                new OutputFile.Skipped("plots/locked.png", "unreadable"));
    }
}
