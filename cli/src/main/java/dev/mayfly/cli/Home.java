package dev.mayfly.cli;

import dev.mayfly.access.AccessFile;
import dev.mayfly.build.BuildSettings;
import dev.mayfly.docker.DockerEngine;
import dev.mayfly.docker.DockerSettings;
import dev.mayfly.image.RegistrySettings;
import dev.mayfly.oci.OciEngine;
import dev.mayfly.oci.OciSettings;
import dev.mayfly.oci.OciSettingsBuilder;
import dev.mayfly.runtime.BuiltRuntimes;
import dev.mayfly.runtime.RuntimeCatalog;
import dev.mayfly.runtime.RuntimeFolder;
import dev.mayfly.runtime.RuntimeSource;
import dev.mayfly.sandbox.InstanceLock;
import dev.mayfly.sandbox.SandboxEngine;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// Where the installation, the service and the engine are; the launcher passes the first, variables the others.
///
/// @param folder of the installation
record Home(Path folder, Environment environment) {
    private static final String LOCAL_SERVICE = "http://127.0.0.1:8080";
    private static final String NO_SERVICE = "none";

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    static Home find() {
        return of(Path.of(System.getProperty("mayfly.home", ".")), System.getenv());
    }

    /// Throws `CliException` where no engine has the name in `MAYFLY_ENGINE`: to use another one in silence would be
    /// worse.
    static Home of(Path folder, Map<String, String> variables) {
        var environment = new Environment(variables);
        environment.withoutEngine();
        return new Home(folder, environment);
    }

    Path runtimes() {
        return environment.path("MAYFLY_RUNTIMES", folder.resolve("runtimes"));
    }

    /// Throws `CliException` where `MAYFLY_DEFAULT_RUNTIMES`, `MAYFLY_RUNTIME_IMAGES` or the folder's content is wrong.
    RuntimeCatalog catalog() {
        try {
            return runtimeSource().get();
        } catch (IllegalArgumentException e) {
            throw new CliException(CliException.WRONG_USE, String.valueOf(e.getMessage()));
        }
    }

    /// Throws `IllegalArgumentException` where `MAYFLY_RUNTIME_IMAGES` is wrong.
    RuntimeSource runtimeSource() {
        return new RuntimeSource(runtimes(), environment.words("MAYFLY_DEFAULT_RUNTIMES"), RuntimeFolder.images(environment.words("MAYFLY_RUNTIME_IMAGES")), builtRuntimes());
    }

    BuiltRuntimes builtRuntimes() {
        return new BuiltRuntimes(environment.path("MAYFLY_BUILT_RUNTIMES", BuiltRuntimes.FOLDER));
    }

    /// Who uses the command on this host may use its network, and root.
    BuildSettings buildSettings(SandboxEngine engine) {
        Map<String, String> its = Map.of("MAYFLY_ENGINE", engine.engine(), "MAYFLY_OCI_IMAGES", oci().images().toString(), "MAYFLY_OCI_KEEPER", oci().keeper().toAbsolutePath().toString(),
                "DOCKER_HOST", docker().host().toString());
        return new BuildSettings(
                runtimes().resolve("package"), its, true,
                environment.text("MAYFLY_BUILDS_PIP_INDEX"), environment.text("MAYFLY_BUILDS_NPM_REGISTRY"),
                environment.time("MAYFLY_BUILDS_TIME", BuildSettings.TIME), environment.mebibytes("MAYFLY_BUILDS_MEMORY_MIB", BuildSettings.MEMORY_MIB),
                environment.mebibytes("MAYFLY_BUILDS_DISK_MIB", BuildSettings.DISK_MIB), true);
    }

    Path lockFolder() {
        return environment.path("MAYFLY_LOCK_FOLDER", Path.of("/run/mayfly"));
    }

    /// What a service asks for.
    Optional<String> apiKey() {
        return environment.text("MAYFLY_API_KEY");
    }

    AccessFile accessFile() {
        return new AccessFile(environment.path("MAYFLY_ACCESS_FILE", AccessFile.PATH));
    }

    private String serviceUrl() {
        return environment.text("MAYFLY_URL").orElse(LOCAL_SERVICE).replaceFirst("/$", "");
    }

    URI service() {
        try {
            var address = new URI(serviceUrl());
            boolean web = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
            if (web && address.getHost() != null) {
                return address;
            }
        } catch (URISyntaxException e) {
            // reported below
        }
        throw new CliException(CliException.WRONG_USE, "MAYFLY_URL must be http://HOST:PORT or https://HOST:PORT of a service, or none; got " + serviceUrl());
    }

    OciSettings oci() {
        return OciSettingsBuilder.builder()
                .runtime(environment.text("MAYFLY_OCI_RUNTIME").orElse(""))
                .keeper(environment.path("MAYFLY_OCI_KEEPER", folder.resolve("target/keeper")))
                .images(environment.path("MAYFLY_OCI_IMAGES", OciSettings.IMAGES))
                .bundledImages(environment.text("MAYFLY_OCI_BUNDLED_IMAGES").map(Path::of))
                .state(lockFolder().resolve("oci"))
                .callTimeout(environment.time("MAYFLY_OCI_CALL_TIMEOUT", PATIENCE))
                .readyTimeout(environment.time("MAYFLY_OCI_READY_TIMEOUT", PATIENCE))
                .users(environment.hostUsers("MAYFLY_OCI_HOST_USERS"))
                .snapshots(!"false".equalsIgnoreCase(environment.text("MAYFLY_OCI_SNAPSHOTS").orElse("")))
                .registries(registries())
                .build();
    }

    private RegistrySettings registries() {
        return new RegistrySettings(environment.path("MAYFLY_REGISTRY_LOGINS", RegistrySettings.defaultLogins()), environment.text("MAYFLY_REGISTRY_AUTHORITIES").map(Path::of));
    }

    DockerSettings docker() {
        return new DockerSettings(
                environment.engineAddress("MAYFLY_DOCKER_HOST", environment.engineAddress("DOCKER_HOST", DockerSettings.DEFAULT_HOST)),
                environment.time("MAYFLY_DOCKER_CALL_TIMEOUT", PATIENCE),
                environment.time("MAYFLY_DOCKER_READY_TIMEOUT", PATIENCE),
                environment.text("MAYFLY_SERVICE").orElse("mayfly"),
                registries().logins());
    }

    /// The OCI runtime that was chosen for this engine; empty where the engine decides.
    String ociRuntime(SandboxEngine engine) {
        return engine instanceof OciEngine ? oci().runtime() : "";
    }

    /// This machine's own engine, without a service: the one that is named, else the one that the service would choose.
    SandboxEngine engine(InstanceLock instance) throws InterruptedException {
        OciSettings oci = oci();
        boolean withoutEngine = environment.withoutEngine().isPresent() ? environment.withoutEngine().get() : OciEngine.reasonAgainst(oci).isEmpty();
        return withoutEngine ? new OciEngine(oci, instance) : new DockerEngine(docker(), instance);
    }

    /// The service where one listens; else, unless it was asked for by name, the engine itself. `MAYFLY_URL=none` asks
    /// for the engine.
    Runner runner() {
        if (serviceUrl().equals(NO_SERVICE)) {
            return new EmbeddedRunner(this);
        }
        Optional<Runner> running = ServiceRunner.connect(service(), apiKey()).map(Runner.class::cast);
        if (running.isEmpty() && environment.text("MAYFLY_URL").isPresent()) {
            throw new CliException(CliException.OUR_FAULT, "nothing listens on " + serviceUrl());
        }
        return running.orElseGet(() -> new EmbeddedRunner(this));
    }
}
