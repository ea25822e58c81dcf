package dev.mayfly.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.testing.DockerCommand;
import dev.mayfly.testing.NeedsDocker;
import dev.mayfly.testing.TakesLong;
import dev.mayfly.testing.TestEngine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the corpus expects is what the plain interpreter of the image gives. After an update of an interpreter it is
/// recorded again: `./mvnw test -Dtest=CorpusIT -Dmayfly.corpus.record=true`; then read what has changed.
@NeedsDocker
@TakesLong
class CorpusIT {
    private static final String EACH_CASE = """
            cd /cases
            for name in *; do
              rm -rf /work/* && cp -r "$name"/files/. /work/ && cd /work
              sh "/cases/$name/run" < "/cases/$name/stdin" > "/cases/$name/stdout" 2> "/cases/$name/stderr"
              echo $? > "/cases/$name/code"
              cd /cases
            done
            """;

    @TempDir
    Path folder;

    @Test
    void corpusIsLargeAndHasBothLanguages() throws Exception {
        List<Corpus.Entry> programs = Corpus.read().programs();
        assertThat(programs).hasSizeGreaterThanOrEqualTo(200);
        assertThat(programs.stream().filter(program -> program.language().equals("python")).count()).isBetween(100L, programs.size() - 100L);
        assertThat(programs.stream().filter(program -> program.expected().path("exitCode").asInt() != 0).count()).isGreaterThan(20);
        assertThat(programs.stream().map(program -> program.submission().toString())).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @CsvSource({"python, python3", "node, node"})
    void expectationsAreThePlainInterpreters(String language, String interpreter) throws Exception {
        List<Corpus.Entry> programs = Corpus.read().programs().stream().filter(program -> program.language().equals(language)).toList();
        var runtime = TestEngine.runtime(language);
        for (Corpus.Entry program : programs) {
            write(program, interpreter, runtime.entrypoint());
        }
        DockerCommand.run(new byte[0], List.of("chown", "-R", "1000:1000", folder.toString()));
        var ended = DockerCommand.docker("run", "--rm", "--network", "none", "--hostname", "mayfly", "--user", "1000:1000", "--memory", "256m",
                "--pids-limit", "66", "--tmpfs", "/work:exec,uid=1000,gid=1000", "--tmpfs", "/tmp:exec,mode=1777", "-v", folder + ":/cases",
                runtime.image(), "/bin/sh", "-c", EACH_CASE);
        assertThat(ended.exitCode()).as(new String(ended.stderr(), StandardCharsets.UTF_8)).isZero();
        for (Corpus.Entry program : programs) {
            Path home = home(program);
            var got = new Corpus.Result(Integer.parseInt(Files.readString(home.resolve("code")).strip()),
                    Files.readString(home.resolve("stdout")), Files.readString(home.resolve("stderr")));
            if (Boolean.getBoolean("mayfly.corpus.record")) {
                Corpus.record(program, got);
            }
            assertThat(got).as(program.name()).isEqualTo(Corpus.read(program.name()).result());
        }
    }

    private Path home(Corpus.Entry program) {
        return folder.resolve(program.name().replace('/', '_'));
    }

    private void write(Corpus.Entry program, String interpreter, String defaultEntrypoint) throws IOException {
        ObjectNode submission = program.submission();
        String entrypoint = submission.path("entrypoint").asText(defaultEntrypoint);
        if (submission.has("code")) {
            write(program, "files/" + entrypoint, submission.path("code").asText().getBytes(StandardCharsets.UTF_8));
        }
        for (JsonNode file : submission.path("files")) {
            String content = file.path("content").asText();
            write(program, "files/" + file.path("path").asText(), file.path("encoding").asText().equals("base64")
                    ? Base64.getDecoder().decode(content) : content.getBytes(StandardCharsets.UTF_8));
        }
        write(program, "stdin", submission.path("stdin").asText().getBytes(StandardCharsets.UTF_8));
        List<String> command = new ArrayList<>(List.of("exec", "env"));
        submission.path("env").properties().forEach(variable -> command.add(quoted(variable.getKey() + "=" + variable.getValue().asText())));
        command.addAll(List.of(interpreter, quoted(entrypoint)));
        submission.path("args").forEach(argument -> command.add(quoted(argument.asText())));
        write(program, "run", String.join(" ", command).getBytes(StandardCharsets.UTF_8));
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    private void write(Corpus.Entry program, String path, byte[] content) throws IOException {
        Path file = home(program).resolve(path);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
    }
}
