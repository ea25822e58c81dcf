package dev.mayfly.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.ServiceProcess;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A folder in a person's repository is a function.
@NeedsRoot
class FunctionsCommandIT {
    private static ServiceProcess service;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        service = new ServiceProcess("test-functions-command", ServiceProcess.lockFolder(), Map.of("MAYFLY_ENGINE", "oci")).awaitReady();
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
    }

    private record Ended(int exitCode, String stdout, String stderr) {}

    /// In a shell, where `f` is `mayfly functions`.
    private Ended shell(String command) throws IOException, InterruptedException {
        var builder = new ProcessBuilder("bash", "-c", "f() { \"$MAYFLY\" functions \"$@\"; }; " + command).directory(folder.toFile());
        builder.environment().putAll(Map.of("MAYFLY_URL", service.url().toString(), "MAYFLY", new File("mayfly").getAbsolutePath()));
        Process process = builder.redirectOutput(folder.resolve("stdout").toFile()).redirectError(folder.resolve("stderr").toFile()).start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), Files.readString(folder.resolve("stdout"), UTF_8), Files.readString(folder.resolve("stderr"), UTF_8));
    }

    private void write(String path, String content) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    @Test
    void folderIsDeployedRunChangedAndRolledBack() throws Exception {
        write("hello/mayfly.yaml", "description: greets\nruntime: python\nenv:\n  WORD: hello\n");
        write("hello/main.py", "import json, os, sys\nfrom lib.words import join\nprint(join(os.environ['WORD'], json.load(sys.stdin)))\nsys.exit(len(sys.argv) - 1)\n");
        write("hello/lib/words.py", "def join(a, b):\n    return a + ' ' + b\n");
        write("hello/.git/config", "not a part");
        Ended first = shell("f deploy hello && f deploy hello && f invoke hello -i '\"Ada\"' && f invoke hello -i '\"Ada\"' x y; echo $?");
        assertThat(first.stdout()).isEqualTo("hello@1 is new\nhello@1 is unchanged\nhello Ada\nhello Ada\n2\n");
        write("hello/mayfly.yaml", "description: greets\nruntime: python\nenv:\n  WORD: goodbye\n");
        Ended second = shell("f deploy hello | head -3 && echo '\"Ada\"' | f invoke hello -i - && f rollback hello 1 && f invoke hello@2 -i '\"Ada\"' && f show hello | grep -c '\"path\"'");
        assertThat(second.stdout()).isEqualTo("hello@2, after @1:\n  env.WORD changed\n- \"hello\"\ngoodbye Ada\nhello@1\ngoodbye Ada\n2\n");
        Ended third = shell("f versions hello | grep '^[*]' | wc -l; f diff hello 1 2 | wc -l; f ls | grep -c '^hello .*greets'; f rm hello; f ls | grep -c '^hello '");
        assertThat(third.stdout()).isEqualTo("1\n3\n1\n0\n");
    }

    @Test
    void oneFileIsAFunctionAndItsLogIsFollowed() throws Exception {
        write("shout.js", "console.log(require('fs').readFileSync(0, 'utf8').toUpperCase()); process.exit(3)\n");
        Ended ended = shell("f deploy shout.js -m 'is loud' && printf 'a b' | f invoke shout --stdin -; echo $?; f invoke shout --json | grep -c '\"exitCode\" : 3'; "
                + "for i in $(seq 50); do test $(f logs shout | wc -l) = 2 && break; sleep 0.2; done; f logs shout -o | grep -c 'exited 3\\|A B'; f logs shout --json -n 1 | wc -l; "
                + "exec 3< <(timeout 60 \"$MAYFLY\" functions logs -f -n 1 shout); follower=$!; read -r one <&3; f invoke shout > /dev/null; read -r two <&3; kill $follower; echo $one $two | grep -o api | wc -l");
        assertThat(ended.stdout()).isEqualTo("shout@1 is new\nA B\n3\n1\n3\n1\n2\n");
    }

    @Test
    void scheduleIsDeployedShownPausedAndResumed() throws Exception {
        write("tick/mayfly.yaml", "runtime: python\nschedule:\n  cron: '@yearly'\n  timeZone: Europe/Berlin\n");
        write("tick/main.py", "print(1)\n");
        Ended ended = shell("f deploy tick | grep -c 'due next at 20..-12-31T23:00:00Z'; f schedule tick | wc -l; f schedule tick --pause | grep -c '^paused since'; f deploy tick | grep -c 'schedule is paused'; "
                + "f schedule tick --resume | head -1; f deploy tick --schedule '0 0 1 2 *' | grep -c 'due next at 20..-01-31T23:00:00Z'; f deploy tick --schedule 1s | grep -c 'due next at'; "
                + "for i in $(seq 100); do f schedule tick | grep -q 'Z *ran as ' && break; sleep 0.2; done; f schedule tick | grep -c 'WAS DUE'; f schedule tick --json | grep -c '\"status\" : \"active\"'; f rm tick; f schedule tick");
        assertThat(ended.stdout()).isEqualTo("1\n6\n1\n1\nactive, due next at\n1\n1\n1\n1\n");
        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.stderr()).contains("the function tick does not exist, or has no schedule");
    }

    @Test
    void functionIsPutOnTheWebAndItsLinkRenewed() throws Exception {
        write("web.py", "print('Status: 201\\n\\nhello')\n");
        Ended ended = shell("f deploy web.py --http link && link=$(f link web) && curl -s $link; other=$(f link web); curl -s -o /dev/null -w '%{http_code}\\n' $link; curl -s -o /dev/null -w '%{http_code}\\n' $other/x; "
                + "f link web --revoke; curl -s -o /dev/null -w '%{http_code}\\n' $other; f logs web | grep -c http; f link none");
        assertThat(ended.stdout()).isEqualTo("web@1 is new\nhello\n404\n201\n404\n2\n");
        assertThat(ended.stderr()).contains("the function none does not exist");
    }

    @Test
    void syntaxIsCheckedWhereThatIsAskedFor() throws Exception {
        write("wrong.py", "print((\n");
        Ended ended = shell("f deploy wrong.py --check; echo $?; f list | grep -c wrong; f deploy wrong.py; echo 'print(1)' > wrong.py; f deploy wrong.py --check --concurrency 2 | head -1; f show wrong | grep -c '\"concurrency\" : 2'; f delete wrong");
        assertThat(ended.stdout()).isEqualTo("2\n0\nwrong@1 is new\nwrong@2, after @1:\n1\n");
        assertThat(ended.stderr()).contains("the syntax check found errors (exit code 1)", "wrong.py", "SyntaxError");
    }

    @Test
    void secretIsPipedInAndItsFunctionHasIt() throws Exception {
        write("sign.py", "import os\nprint(len(os.environ['SIGN_KEY']))\n");
        Ended ended = shell("s() { \"$MAYFLY\" secrets \"$@\"; }; printf 'four\\n' | s set SIGN_KEY && s | grep -c SIGN_KEY && f deploy sign.py --secret SIGN_KEY && f invoke sign; s delete SIGN_KEY; s ls | grep -c SIGN_KEY; f invoke sign; echo $?; "
                + "printf x | s set a-b; echo $?; printf '' | s set EMPTY; echo $?");
        assertThat(ended.stdout()).isEqualTo("1\nsign@1 is new\n4\n0\n2\n2\n2\n");
        assertThat(ended.stderr()).contains("the function needs the secret SIGN_KEY", "a secret's name must have", "value must have 1 to 16384 bytes");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            f invoke none                               | 2   | the function none does not exist
            f invoke a/b                                | 2   | a function's name must have
            f deploy missing                            | 2   | no such file
            f deploy . -n Bad                           | 2   | a function's name must have
            mkdir x; echo '[1]' > x/mayfly.yaml; f deploy x | 2 | must have fields
            echo 1 > a.py; f deploy a.py; f invoke a -i x | 2 | --input must be JSON
            echo 1 > b.py; f deploy b.py -r cobol       | 2   | unknown runtime cobol
            echo 1 > c.py; f deploy c.py --schedule 'a b' | 2   | cron must have five fields
            echo 1 > d.py; f deploy d.py --http all     | 2   | access must be one of key, link, open
            echo 1 > e.py; f deploy e.py --concurrency 0 | 2  | concurrency must be a whole number between 1 and 10000; got 0
            mkdir y; echo 'code: 1' > y/mayfly.yaml; echo > y/main.py; f deploy y | 2 | the folder has y/main.py; remove one of them
            mkdir z; echo 'a: [' > z/mayfly.yaml; f deploy z | 2 | line 1, column 5 is not YAML
            mkdir w; touch w/mayfly.yml; f deploy w     | 2   | w/mayfly.yml must be named mayfly.yaml
            echo 1 > h.py; f deploy h.py > h; f link h  | 2   | h does not answer to a link
            f logs none                                 | 2   | the function none does not exist
            f logs none -n 0                            | 2   | --last must be between 1 and 200
            f rollback none 1                           | 2   | the function none does not exist
            f rm none                                   | 2   | the function none does not exist
            """)
    void whatIsWrongIsSaidInOneLine(String command, int exitCode, String words) throws Exception {
        Ended ended = shell(command);
        assertThat(ended.exitCode()).isEqualTo(exitCode);
        assertThat(ended.stderr()).contains(words).hasLineCount(1);
    }
}
