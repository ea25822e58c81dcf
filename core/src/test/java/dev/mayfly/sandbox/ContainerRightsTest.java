package dev.mayfly.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.testing.ContainerRights;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The page for operators, the files that start a service, and the keeper, which names a missing right, agree.
class ContainerRightsTest {
    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "deploy/compose/engine-oci.yaml ; (?:cap_add: \\[|, )([A-Z_]+)\\b",
        "deploy/swarm/engine-oci.yaml ; (?:cap_add: \\[|, )([A-Z_]+)\\b",
        "deploy/swarm/stack ; --cap-add ([A-Z_]+)",
        "deploy/systemd/mayfly.service ; \\bCAP_([A-Z_]+)\\b",
        "loadtest/container-start ; --cap-add ([A-Z_]+)",
        "runtimes/keeper/trial.c ; \\{\"([A-Z_]+)\", CAP_"})
    void everyFileHasTheCapabilitiesOfThePage(Path file, String capability) throws IOException {
        assertThat(ContainerRights.in(file, capability)).isNotEmpty().isEqualTo(ContainerRights.ofThePage());
    }
}
