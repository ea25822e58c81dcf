package dev.mayfly;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.testing.NeedsRoot;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The launcher's own words, in two checkouts on one machine. Below it all is a stand-in: set-up, build, Docker, and a
/// Java that answers every request. Each script has a /run and a /var/log of its own.
@NeedsRoot
class LauncherIT {
    private static final String JAVA = """
            #!/usr/bin/env python3
            import http.server, os, sys
            home = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
            def note(name, text):
                with open(home + '/' + name, 'w') as file: file.write(text)
            if any(word.endswith('NewerClasses.java') for word in sys.argv):
                note('target/service.aot', '')    # nothing to train
            elif '-jar' in sys.argv:
                note('umask', '%03o' % os.umask(0))
                class Answer(http.server.BaseHTTPRequestHandler):
                    def do_GET(self):
                        self.send_response(200)
                        self.end_headers()
                print('2030-01-01 WARN  [Lifecycle] not a setting, and so without effect: MAYFLY_POOL_CAPACTIY', flush=True)
                http.server.HTTPServer(('127.0.0.1', int(os.environ['QUARKUS_HTTP_PORT'])), Answer).serve_forever()
            else:
                note('descriptors', ' '.join(os.readlink('/proc/self/fd/%d' % number) for number in range(3)))
            """;

    @TempDir
    Path folder;

    private record Ended(int exitCode, String output) {}

    @BeforeEach
    void twoCheckouts() throws IOException {
        for (String name : new String[] {"first", "second"}) {
            Path home = folder.resolve(name);
            program(home.resolve("mayfly"), Files.readString(Path.of("mayfly")));
            program(home.resolve("deploy/setup"), "#!/bin/sh");
            program(home.resolve("deploy/java-home"), "#!/bin/sh\necho '%s/jdk'".formatted(home));
            program(home.resolve("deploy/engine"), "#!/bin/sh\necho docker");
            program(home.resolve("runtimes/build"), "#!/bin/sh");
            program(home.resolve("runtimes/load"), "#!/bin/sh");
            program(home.resolve("mvnw"), "#!/bin/sh\ncd '%s' && mkdir -p service/target/quarkus-app cli/target/cli && touch service/target/quarkus-app/quarkus-run.jar cli/target/mayfly-cli-1.jar cli/target/cli/picocli-1.jar".formatted(home));
            program(home.resolve("jdk/bin/java"), JAVA);
            for (String file : new String[] {"pom.xml", "core/pom.xml", "core/src/main/a", "bench/pom.xml", "bench/src/main/a", "cli/pom.xml", "cli/src/main/a", "service/pom.xml", "service/src/main/a", "runtimes/Makefile", "runtimes/keeper/a.c", "runtimes/agent/snapshot.h", "loadtest/floor.c", "deploy/cli-logging.properties",
                    "deploy/NewerClasses.java", "runtimes/python/hello.py", "runtimes/node/hello.js"}) {
                write(home.resolve(file), "");
            }
        }
        program(folder.resolve("bin/docker"), "#!/bin/sh");
        program(folder.resolve("bin/make"), "#!/bin/sh");
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static void program(Path file, String text) throws IOException {
        write(file, text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /// `first` and `second` run the launcher of one checkout, `alive` asks whether its service answers.
    private Ended script(String text) throws IOException, InterruptedException {
        String functions = """
                set -u
                mount -t tmpfs none /run && mount -t tmpfs none /var/log && umask 022
                export PATH="$PWD/bin:$PATH"; unset MAYFLY_URL MAYFLY_API_KEY KAFKA_BOOTSTRAP_SERVERS
                first() { QUARKUS_HTTP_PORT=%1$d MAYFLY_URL=http://127.0.0.1:%1$d first/mayfly "$@"; }
                second() { QUARKUS_HTTP_PORT=%2$d MAYFLY_URL=http://127.0.0.1:%2$d second/mayfly "$@"; }
                port() { [ $1 = first ] && echo %1$d || echo %2$d; }
                alive() { curl -sf -o /dev/null "http://127.0.0.1:$(port $1)/" && echo "$1 is alive" || echo "$1 is gone"; }
                service() { cat /run/mayfly/homes/*-$1/service.pid; }
                trap 'for pid in $(cat /run/mayfly/{,homes/*/}service.pid 2> /dev/null); do kill -9 $pid 2> /dev/null; done' EXIT
                """.formatted(port(), port());
        Path output = folder.resolve("output");
        // below nohup, SIGHUP would be ignored
        Process process = new ProcessBuilder("env", "--default-signal=HUP", "unshare", "--mount", "--propagation", "private", "bash", "-c", functions + text)
                .directory(folder.toFile()).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
        return new Ended(process.exitValue(), Files.readString(output, UTF_8));
    }

    private static int port() throws IOException {
        try (var free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    @Test
    void downEndsTheServiceOfItsOwnCheckoutAlone() throws Exception {
        assertThat(script("""
                first up > up.log 2>&1 && second up >> up.log 2>&1 || cat up.log
                first down 2> /dev/null; alive first; alive second
                first down 2> /dev/null; alive second
                second down 2> /dev/null; alive second
                """).output()).isEqualTo("first is gone\nsecond is alive\nsecond is alive\nsecond is gone\n");
    }

    @Test
    void secondCheckoutDoesNotTakeTheFirstOnesServiceForItsOwn() throws Exception {
        Ended ended = script("first up > up.log 2>&1 || cat up.log; QUARKUS_HTTP_PORT=$(port first) MAYFLY_URL=http://127.0.0.1:$(port first) second/mayfly up");
        assertThat(ended.exitCode()).isEqualTo(69);
        assertThat(ended.output()).contains("perhaps another checkout's service");
    }

    @Test
    void dockerEngineStaysWhileAnotherCheckoutsServiceRuns() throws Exception {
        assertThat(script("""
                mkdir -p /run/mayfly; bash -c 'exec -a dockerd sleep 1000' & engine=$!; echo $engine > /run/mayfly/dockerd.pid
                first up > up.log 2>&1 && second up >> up.log 2>&1 || cat up.log
                first down 2> /dev/null; kill -0 $engine && echo stays
                second down 2> /dev/null; wait $engine; echo "ended by signal $(($? - 128))"
                """).output()).isEqualTo("stays\nended by signal 15\n");
    }

    @Test
    void serviceOfAnEarlierReleaseIsTakenOver() throws Exception {
        assertThat(script("""
                first up > up.log 2>&1 || cat up.log
                mv /run/mayfly/homes/*/service.* /run/mayfly/
                second down; alive first
                first down 2> /dev/null; alive first
                """).output()).isEqualTo("first is alive\nfirst is gone\n");
    }

    @Test
    void helpOfAWordDoesNothingElse() throws Exception {
        assertThat(script("""
                first up > up.log 2>&1 || cat up.log
                for word in up down serve test; do first $word --help | head -1; first $word --bulk -h > /dev/null; done
                alive first
                """).output()).isEqualTo("""
                Usage: mayfly up [--bulk]
                Usage: mayfly down
                mayfly: down has no argument --bulk; mayfly down --help lists them
                Usage: mayfly serve
                mayfly: serve has no argument --bulk; mayfly serve --help lists them
                Usage: mayfly test [-Dname=value]...
                mayfly: test has no argument --bulk; mayfly test --help lists them
                first is alive
                """);
    }

    @ParameterizedTest
    @CsvSource({"up, --fast", "up, now", "down, --all", "serve, 8080", "test, DoorIT"})
    void whatAWordDoesNotKnowIsWrongUse(String word, String argument) throws Exception {
        assertThat(script("first %s %s".formatted(word, argument)))
                .isEqualTo(new Ended(2, "mayfly: %1$s has no argument %2$s; mayfly %1$s --help lists them\n".formatted(word, argument)));
    }

    @Test
    void whatItMakesIsForItsOwnerAloneWhateverTheUmask() throws Exception {
        assertThat(script("""
                mkdir -p /var/log/mayfly; chmod 755 /var/log/mayfly; umask 000
                first up > up.log 2>&1 || cat up.log
                find /run/mayfly/homes /var/log/mayfly -perm /077; cat first/umask
                """).output()).isEqualTo("077");
    }

    @Test
    void librariesOfAnEarlierBuildAreGone() throws Exception {
        assertThat(script("""
                first up > up.log 2>&1 || cat up.log
                touch first/cli/target/cli/jackson-0.jar first/cli/target/mayfly-cli-0.jar; echo newer > first/pom.xml
                first up > up.log 2>&1 || cat up.log
                ls first/cli/target/cli first/cli/target/mayfly-*.jar; grep -c jackson first/target/launcher.env
                """).output()).isEqualTo("first/cli/target/mayfly-cli-1.jar\n\nfirst/cli/target/cli:\npicocli-1.jar\n0\n");
    }

    /// The images are built beside the service.
    @Test
    void imagesThatDoNotBuildEndTheSetUpAndNothingGoesOnBehindIt() throws Exception {
        Ended images = script("printf '#!/bin/sh\nexit 70\n' > first/runtimes/build; first up");
        assertThat(images.exitCode()).isEqualTo(69);
        assertThat(images.output()).endsWith("mayfly: the images were not built\n");
        Ended service = script("printf '#!/bin/sh\nexec sleep 987654\n' > first/runtimes/build; printf '#!/bin/sh\nexit 1\n' > first/mvnw; echo > first/pom.xml; first up; pgrep -f 987654$");
        assertThat(service.exitCode()).isEqualTo(1);
        assertThat(service.output()).endsWith("mayfly: the build failed; the whole log is target/build.log\n");
    }

    @Test
    void hangUpEndsTheServiceAndSlipsAreReported() throws Exception {
        assertThat(script("""
                first up 2>&1 | grep MAYFLY_POOL_CAPACTIY
                pid=$(service first); kill -HUP $pid
                for _ in $(seq 600); do kill -0 $pid 2> /dev/null || break; sleep 0.1; done
                alive first
                """).output()).isEqualTo("mayfly: not a setting, and so without effect: MAYFLY_POOL_CAPACTIY\nfirst is gone\n");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', value = {"<&-", ">&-", "2>&-", "<&- >&- 2>&-"})
    void closedDescriptorIsNobodysFile(String closed) throws Exception {
        script("first up > up.log 2>&1 || cat up.log; first runtimes < /dev/zero > out 2> err %s".formatted(closed));
        String[] descriptors = Files.readString(folder.resolve("first/descriptors")).split(" ");
        assertThat(descriptors).containsExactly(
                closed.contains("<&-") ? "/dev/null" : "/dev/zero",
                closed.startsWith(">") || closed.contains(" >") ? "/dev/null" : folder.toRealPath() + "/out",
                closed.contains("2>&-") ? "/dev/null" : folder.toRealPath() + "/err");
    }
}
