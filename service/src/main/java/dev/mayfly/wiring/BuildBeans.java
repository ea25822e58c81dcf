package dev.mayfly.wiring;

import dev.mayfly.build.BuildQueue;
import dev.mayfly.build.BuildSettings;
import dev.mayfly.build.RuntimeBuilder;
import dev.mayfly.build.RuntimeMaker.Built;
import dev.mayfly.execution.ServedRuntimes;
import dev.mayfly.runtime.BuiltRuntimes;
import dev.mayfly.runtime.RuntimeSource;
import dev.mayfly.sandbox.SandboxEngine;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/// Builds from the configuration what makes runtimes with further packages.
public class BuildBeans {
    @Produces
    @Singleton
    BuildSettings settings(MayflyConfig config, SandboxEngine engine) {
        var builds = config.builds();
        return new BuildSettings(
                config.runtimes().resolve("package"), environment(config, engine), builds.network(), builds.pipIndex(), builds.npmRegistry(), builds.time(), builds.memoryMib(),
                builds.diskMib(), builds.dockerfiles());
    }

    /// As the command, which unpacks the image, reads it.
    private static Map<String, String> environment(MayflyConfig config, SandboxEngine engine) {
        Map<String, String> environment = new HashMap<>();
        environment.put("MAYFLY_ENGINE", engine.engine());
        environment.put("MAYFLY_OCI_IMAGES", config.oci().images().toString());
        environment.put("MAYFLY_OCI_KEEPER", config.oci().keeper().toAbsolutePath().toString());
        config.docker().host().ifPresent(host -> environment.put("DOCKER_HOST", host));
        return environment;
    }

    @Produces
    @Singleton
    BuildQueue builds(MayflyConfig config, BuiltRuntimes built, RuntimeSource source, SandboxEngine engine, BuildSettings settings, ServedRuntimes runtimes) {
        var builder = new RuntimeBuilder(config.runtimes(), built, source, engine, settings);
        return new BuildQueue(builder, result -> isServed(runtimes, result), InstantSource.system());
    }

    private static boolean isServed(ServedRuntimes runtimes, Built built) {
        return runtimes.catalog().find(built.runtime()).flatMap(runtimes::spec).filter(spec -> spec.image().equals(built.imageDigest())).isPresent();
    }

    void release(@Disposes BuildQueue builds) {
        builds.close();
    }
}
