package dev.mayfly.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.testing.NeedsDocker;
import dev.mayfly.testing.Pages;
import dev.mayfly.testing.ServiceProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every block of a page that is marked `sh run` runs as it is written, one after the other, and prints what the block
/// `text output` behind it says; `…` there is anything.
@NeedsDocker
class DocsIT {
    private static final String RUN = "sh run";
    private static final String OUTPUT = "text output";
    private static final String DOCUMENTED = "http://127.0.0.1:8080";
    private static final int PATIENCE_SECONDS = 120;

    private static ServiceProcess service;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        service = new ServiceProcess("test-docs", ServiceProcess.lockFolder()).awaitReady();
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
    }

    static List<Path> pages() throws Exception {
        return Pages.all().stream().filter(page -> {
            try {
                return Pages.blocks(page).stream().anyMatch(block -> block.info().equals(RUN));
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }).toList();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void commandsOfThePageDoWhatItSays(Path page) throws Exception {
        for (String name : List.of("mayfly", "runtimes")) {
            Files.createSymbolicLink(folder.resolve(name), Path.of(name).toAbsolutePath());
        }
        List<Pages.Block> blocks = Pages.blocks(page);
        for (int i = 0; i < blocks.size(); i++) {
            Pages.Block block = blocks.get(i);
            if (block.info().equals(RUN)) {
                String printed = run(block.text().replace(DOCUMENTED, service.url().toString()), page + " line " + block.line());
                if (i + 1 < blocks.size() && blocks.get(i + 1).info().equals(OUTPUT)) {
                    assertThat(printed).as("%s line %d", page, blocks.get(i + 1).line()).matches(pattern(blocks.get(i + 1).text()));
                }
            }
        }
    }

    private static Pattern pattern(String expected) {
        return Pattern.compile(expected.strip().lines().map(line -> List.of(line.strip().split("…", -1)).stream().map(Pattern::quote).collect(Collectors.joining(".*")))
                .collect(Collectors.joining("\\s*", "\\s*", "\\s*")), Pattern.DOTALL);
    }

    private String run(String script, String where) throws Exception {
        Path out = folder.resolve("output-of-the-block");
        var builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", script).directory(folder.toFile()).redirectOutput(out.toFile())
                .redirectError(folder.resolve("errors-of-the-block").toFile()).redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
        builder.environment().put("MAYFLY_URL", service.url().toString());
        Process process = builder.start();
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as(where).isTrue();
        assertThat(process.exitValue()).as("%s: %s%s", where, Files.readString(out), Files.readString(folder.resolve("errors-of-the-block"))).isZero();
        return Files.readString(out, UTF_8);
    }
}
