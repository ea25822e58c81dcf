package dev.mayfly.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.testing.KafkaBroker;
import dev.mayfly.testing.NeedsKafka;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The broker of `up --bulk`.
@NeedsKafka
class BrokerIT {
    @Test
    void itsDataIsForItsOwnUserAlone() throws Exception {
        try (var broker = new KafkaBroker().awaitReady(); Stream<Path> files = Files.walk(broker.folder())) {
            for (Path file : files.toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).as("%s", file).endsWith("------");
            }
            assertThat(broker.folder().resolve("data/meta.properties")).exists();
        }
    }
}
