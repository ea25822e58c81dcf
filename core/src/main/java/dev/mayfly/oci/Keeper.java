package dev.mayfly.oci;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mayfly.sandbox.SandboxException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.lang.System.Logger.Level;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/// The running keeper, see `runtimes/keeper/keeper.c`. It ends, and all its sandboxes with it, when this process does.
/// Thread-safe.
final class Keeper implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Keeper.class.getName());
    private static final int MAX_ANSWER = 1024;

    private final Process process;
    private final UnixDomainSocketAddress address;
    private final Duration callTimeout;
    private final ScheduledExecutorService timer;

    private final HostUsers users;

    private Keeper(Process process, Path socket, UserRange users, Duration callTimeout, ScheduledExecutorService timer) {
        this.process = process;
        this.address = UnixDomainSocketAddress.of(socket);
        this.callTimeout = callTimeout;
        this.timer = timer;
        this.users = new HostUsers(users, this::takeUsers);
    }

    /// Those that its sandboxes have.
    HostUsers users() {
        return users;
    }

    /// @param filterRules what sandboxes may call, see `runtimes/keeper/filter.c`
    /// @param images where keepers in containers of one host divide its users among themselves
    static Keeper start(Path program, Path images, StateFolder home, String filterRules, UserRange users, Duration callTimeout, ScheduledExecutorService timer)
            throws SandboxException, InterruptedException {
        if (!"Linux".equals(System.getProperty("os.name"))) {
            throw new SandboxException("the oci engine needs Linux; mayfly.engine=docker works here", false);
        }
        Path log = home.path().resolve("keeper.log");
        Path socket = home.path().resolve("keeper");
        try {
            writeFilter(program, filterRules, home.filter());
            Files.deleteIfExists(socket);
            var builder = new ProcessBuilder(program.toAbsolutePath().toString(), socket.toString()).redirectError(log.toFile());
            builder.environment().put("MAYFLY_OCI_IMAGES", images.toAbsolutePath().toString());
            Process process = builder.start();
            ScheduledFuture<?> deadline = timer.schedule(process::destroyForcibly, callTimeout.toMillis(), TimeUnit.MILLISECONDS);
            String ready = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)).readLine();
            deadline.cancel(false);
            if (!"ready".equals(ready)) {
                throw new SandboxException("the keeper does not start: " + Files.readString(log).strip(), false);
            }
            return new Keeper(process, socket, users, callTimeout, timer);
        } catch (IOException e) {
            throw new SandboxException("the keeper does not start: %s; ./mayfly up builds it".formatted(e.getMessage()), e);
        }
    }

    /// What this host does not allow of all that a sandbox needs; empty where the keeper has just made one.
    static Optional<String> trial(Path program, Path images, Duration patience) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(program.toAbsolutePath().toString(), "--trial", images.toAbsolutePath().toString()).redirectErrorStream(true).start();
            process.getOutputStream().close();
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                return Optional.of("the trial of the keeper did not end");
            }
            String words = new String(process.getInputStream().readAllBytes(), UTF_8).strip().replace("\n", "; ");
            return process.exitValue() == 0 ? Optional.empty() : Optional.of(words);
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static void writeFilter(Path program, String rules, Path file) throws IOException, SandboxException, InterruptedException {
        Process process = new ProcessBuilder(program.toAbsolutePath().toString(), "--filter", file.toString()).redirectErrorStream(true).start();
        try (Writer in = process.outputWriter(UTF_8)) {
            in.write(rules);
        }
        String words = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new SandboxException("the filter of system calls is not written: " + words, false);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// Makes a sandbox by a plan. Its stdin and stdout are the connection that comes back, which ends when the sandbox
    /// has.
    SocketChannel make(Path log, String id, Path plan, RootFiles root) throws IOException {
        return ask(List.of("make", log.toString(), id, plan.toString(), String.valueOf(root.firstUser()), root.place().toString(), root.folder().toString(), root.overlay()));
    }

    /// Runs a program that finds this root file system mounted. Its stdin and stdout are the connection that comes
    /// back, which ends when the program has.
    SocketChannel runInRoot(Path log, RootFiles root, List<String> command) throws IOException {
        List<String> words = new ArrayList<>(List.of(
                "sandbox", log.toString(), String.valueOf(root.firstUser()), root.place().toString(), root.folder().toString(), root.overlay()));
        words.addAll(command);
        return ask(words);
    }

    /// Runs a program to its end, and returns its exit code and what it said.
    Ended runToEnd(Path log, List<String> command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("run", log.toString()));
        words.addAll(command);
        String said = answer(ask(words), callTimeout);
        boolean ended = awaitEnd(log, callTimeout);
        Path status = log.resolveSibling(log.getFileName() + ".status");
        int code = !ended ? -1 : Files.exists(status) ? Integer.parseInt(Files.readString(status)) : 0;
        return new Ended(code, (said + Files.readString(log)).strip());
    }

    /// @param code the exit code, 128 and the signal's number, or -1 when it still runs
    record Ended(int code, String words) {}

    /// The ranges of host users that are this keeper's from now on; see `runtimes/keeper/users.h`.
    String takeUsers(UserRange range) throws IOException, InterruptedException {
        return answer(ask(List.of("users", String.valueOf(range.first()), String.valueOf(range.end()))), callTimeout);
    }

    /// Throws when it does not answer within the patience.
    void ping(Duration patience) throws IOException, InterruptedException {
        String answer = answer(ask(List.of("wait", "ping", "0")), patience);
        if (!answer.equals("gone")) {
            throw new IOException("the keeper says '%s'".formatted(answer));
        }
    }

    /// Waits until no program with this log runs; false when the patience ends first.
    boolean awaitEnd(Path log, Duration patience) throws IOException, InterruptedException {
        String answer = answer(ask(List.of("wait", log.toString(), String.valueOf(patience.toMillis()))), patience.plus(callTimeout));
        return switch (answer) {
            case "gone" -> true;
            case "late" -> false;
            default -> throw new IOException("the keeper says '%s'".formatted(answer));
        };
    }

    private SocketChannel ask(List<String> words) throws IOException {
        SocketChannel connection = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            connection.connect(address);
            ByteBuffer request = UTF_8.encode(String.join("\t", words) + "\n");
            while (request.hasRemaining()) {
                connection.write(request);
            }
            return connection;
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /// Everything it says until the connection ends, cut at a bound.
    private String answer(SocketChannel connection, Duration patience) throws IOException, InterruptedException {
        ScheduledFuture<?> deadline = timer.schedule(() -> Quietly.close(connection), patience.toMillis(), TimeUnit.MILLISECONDS);
        ByteBuffer answer = ByteBuffer.allocate(MAX_ANSWER);
        try (connection) {
            while (answer.hasRemaining() && connection.read(answer) >= 0) {}
            return UTF_8.decode(answer.flip()).toString();
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw (InterruptedException) new InterruptedException("interrupted while the keeper worked").initCause(e);
            }
            throw e;
        } finally {
            deadline.cancel(false);
        }
    }

    /// Lets it go, and waits until it has: what it mounted and its socket are gone then, unless a sandbox does not end.
    @Override
    public void close() {
        Quietly.close(process.getOutputStream());
        try {
            if (!process.waitFor(callTimeout)) {
                LOG.log(Level.WARNING, "the keeper still waits for its last sandboxes");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it ends by itself
        }
    }
}
