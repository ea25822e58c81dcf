package dev.mayfly.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.testing.NeedsRoot;
import dev.mayfly.testing.NpmProject;
import dev.mayfly.testing.ServiceProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// The API's document passes a strict linter, and a TypeScript client generated from it compiles and works:
/// `src/test/typescript`.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@NeedsRoot
class TypeScriptClientIT {
    private static final Path SOURCES = Path.of("service/src/test/typescript");

    private NpmProject project;
    private ServiceProcess service;

    @BeforeAll
    void prepare() throws Exception {
        project = new NpmProject(SOURCES, "typescript");
        service = new ServiceProcess("test-typescript", ServiceProcess.lockFolder(), Map.of("MAYFLY_ENGINE", "oci")).awaitReady();
        Files.writeString(project.folder().resolve("openapi.json"), service.get("/openapi?format=json").body());
    }

    @AfterAll
    void stop() throws Exception {
        if (service != null) {
            service.close();
        }
    }

    @Test
    void strictLinterHasNothingToSay() throws Exception {
        assertThat(project.npm("run", "--silent", "lint")).isEmpty();
    }

    @Test
    void clientIsGeneratedAndCompilesAndUsesEveryOperation() throws Exception {
        project.npm("run", "--silent", "generate");
        project.npm("run", "--silent", "compile");
        assertThat(project.npm("run", "--silent", "client", "--", service.url().toString())).matches("\\d+ operations\n");
    }
}
