package dev.mayfly.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.access.AccessFile;
import dev.mayfly.access.ApiKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Several commands may change the keys at the same time.
class KeysCommandTest {
    private static final int WRITERS = 3;

    @TempDir
    Path folder;

    @Test
    void writersAtTheSameTimeLoseNothing() throws Exception {
        Path path = folder.resolve("access.json");
        String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
        List<Process> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            var writer = new ProcessBuilder(java, "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), Mayfly.class.getName(), "keys", "create", "--tenant", "tenant-" + i);
            writer.environment().put("MAYFLY_ACCESS_FILE", path.toString());
            writers.add(writer.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start());
        }
        for (Process writer : writers) {
            assertThat(writer.waitFor()).isZero();
        }
        assertThat(new AccessFile(path).content().keys()).extracting(ApiKey::tenant).hasSize(WRITERS).doesNotHaveDuplicates();
    }
}
