package dev.mayfly.cli;

import dev.mayfly.build.BuildException;
import dev.mayfly.build.BuildRequest;
import dev.mayfly.build.NpmFiles;
import dev.mayfly.build.RuntimeBuilder;
import dev.mayfly.build.RuntimeMaker.Built;
import dev.mayfly.runtime.RuntimeSource;
import dev.mayfly.sandbox.InstanceLock;
import dev.mayfly.sandbox.SandboxEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `mayfly runtimes build`: on this host, as a running service does it over HTTP.
@Command(
        name = "build",
        description = "Build a runtime from another one, with further packages. It serves once its hello has passed in a sandbox; a running service offers it within a few seconds. "
                + "What fails changes nothing. Needs root and the network.",
        mixinStandardHelpOptions = true)
final class RuntimeBuildCommand implements Callable<Integer> {
    private static final int BROKEN = 1;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long LOOK_MILLIS = 200;

    @Parameters(paramLabel = "NAME", description = "What submissions call it")
    private String name = "";

    @Option(names = "--from", paramLabel = "RUNTIME", required = true, description = "The runtime that it is made from, such as python or node:22")
    private String from = "";

    @Option(names = "--pip", paramLabel = "FILE", description = "A requirements.txt of names and versions, with hashes or without. Only wheels are installed")
    private @Nullable Path pip;

    @Option(names = "--npm", paramLabel = "FILE", description = "A package.json; a package-lock.json beside it is honoured. No package's scripts are run")
    private @Nullable Path npm;

    @Option(names = "--apt", paramLabel = "NAME", split = ",", description = "Debian packages")
    private List<String> apt = List.of();

    @Option(names = "--dockerfile", paramLabel = "FILE", description = "Instead of packages a Dockerfile, which begins with ARG BASE and FROM $${BASE}. It runs as root on this host")
    private @Nullable Path dockerfile;

    @Option(names = "--preload", paramLabel = "MODULE", split = ",", description = "Modules that Python's waiting interpreter imports")
    private List<String> preload = List.of();

    @Option(names = "--tenant", paramLabel = "NAME", description = "Whose it is (default: everybody's)")
    private @Nullable String tenant;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Home home = Home.find();
        BuildRequest request = request(home);
        var log = new BuildLog();
        try (var instance = new InstanceLock(home.lockFolder()); SandboxEngine engine = home.engine(instance)) {
            RuntimeSource source = home.runtimeSource();
            var builder = new RuntimeBuilder(home.runtimes(), home.builtRuntimes(), source, engine, home.buildSettings(engine));
            Built built = builder.build(request, log::accept);
            log.end();
            awaitService(home, built);
            System.out.println(built.runtime() + " " + built.image());
            return 0;
        } catch (BuildException e) {
            int code = switch (e.reason()) {
                case REQUEST -> CliException.WRONG_USE;
                case BUILD -> BROKEN;
                case HOST -> CliException.OUR_FAULT;
            };
            String reason = String.valueOf(e.getMessage()).lines().reduce((line, last) -> last).orElse("").replaceFirst("^mayfly: ", "");
            log.endBefore(reason);
            throw new CliException(code, reason);
        }
    }

    /// Prints a build's log a line later: the last one may be the reason, which the command prints when it fails.
    private static final class BuildLog {
        private @Nullable String last;

        void accept(String line) {
            end();
            last = line;
        }

        void endBefore(String reason) {
            if (!("mayfly: " + reason).equals(last)) {
                end();
            }
        }

        void end() {
            if (last != null) {
                System.err.println(last);
            }
        }
    }

    /// So that a program may be run in it next. Where no service answers, or another host's does, nobody waits.
    private static void awaitService(Home home, Built built) throws InterruptedException {
        for (long end = System.nanoTime() + PATIENCE.toNanos(); System.nanoTime() < end; TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS)) {
            try {
                if (ServiceHttp.get(home, "/v1/runtimes").toString().contains(built.imageDigest())) {
                    return;
                }
            } catch (CliException e) {
                return;
            }
        }
    }

    private BuildRequest request(Home home) throws IOException {
        try {
            return new BuildRequest(
                    name, from, Optional.ofNullable(tenant), "user " + System.getProperty("user.name"), apt, text(pip), npmFiles(home), text(dockerfile), preload);
        } catch (IllegalArgumentException e) {
            throw new CliException(CliException.WRONG_USE, String.valueOf(e.getMessage()));
        }
    }

    private Optional<NpmFiles> npmFiles(Home home) throws IOException {
        if (npm == null) {
            return Optional.empty();
        }
        Path lock = npm.resolveSibling("package-lock.json");
        Optional<String> locked = Files.exists(lock) ? Optional.of(Files.readString(lock)) : Optional.empty();
        return Optional.of(NpmFiles.of(Files.readString(npm), locked, home.environment().text("MAYFLY_BUILDS_NPM_REGISTRY")));
    }

    private static Optional<String> text(@Nullable Path file) throws IOException {
        return file == null ? Optional.empty() : Optional.of(Files.readString(file));
    }
}
