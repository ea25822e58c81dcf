package dev.mayfly.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// An earlier release, out of git. A shallow clone asks its origin for it.
public enum EarlierRelease {
    /// The last one whose store had neither forms nor needs.
    BEFORE_FORMS("69abcfab7939ce4209bcfe5ca5040d4cafe9255a"),
    /// The last one without functions.
    BEFORE_FUNCTIONS("45353b796055f42c49d0e92624f344b9251d07db");

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String BUILD_LOG = "target/earlier-release.log";
    private static final Duration BUILD_PATIENCE = Duration.ofMinutes(15);

    /// What has another name since forms came, longer words first.
    private static final Map<String, String> NAMES = new LinkedHashMap<>();

    static {
        NAMES.put("AsyncExecutions.open(", "new Jobs(");
        NAMES.put("AsyncSubmission.read(", "SubmissionReader.readForLater(");
        NAMES.put("wire.AsyncSubmission", "wire.SubmissionReader");
        NAMES.put("AsyncExecutions", "Jobs");
        NAMES.put("AsyncSettings", "JobSettings");
        NAMES.put("WarmBounds", "WarmTarget");
        NAMES.put("dev.mayfly.async", "dev.mayfly.job");
    }

    private final String commit;

    EarlierRelease(String commit) {
        this.commit = commit;
    }

    /// This release's source with the names that the one before forms has.
    public static String withItsNames(String source) {
        String renamed = source;
        for (Map.Entry<String, String> name : NAMES.entrySet()) {
            renamed = renamed.replace(name.getKey(), name.getValue());
        }
        return renamed;
    }

    /// Its source in this folder; empty where the history does not have it, and cannot be had.
    public Optional<Path> extract(Path folder) throws IOException, InterruptedException {
        if (!git("cat-file", "-e", commit + "^{commit}") && !git("fetch", "--depth=1", "origin", commit)) {
            return Optional.empty();
        }
        Path archive = Files.createTempFile("mayfly-earlier", ".tar");
        try {
            if (!git("archive", "--output=" + archive, commit) || !run(List.of("tar", "-xf", archive.toString(), "-C", folder.toString()), PATIENCE)) {
                throw new IOException("the earlier release %s cannot be extracted".formatted(commit));
            }
            return Optional.of(folder);
        } finally {
            Files.delete(archive);
        }
    }

    /// Its home in this folder, whose launcher starts its service; empty as above. It makes sandboxes of this host's images.
    public Optional<Path> build(Path folder) throws IOException, InterruptedException {
        Optional<Path> home = extract(folder);
        if (home.isPresent()) {
            Path root = folder.toAbsolutePath();
            String service = "./mvnw -q -B package -Dmaven.test.skip && make -s -C runtimes OUT=%s/target".formatted(root);
            if (!run(List.of("sh", "-c", "(cd %s && %s) > %s 2>&1".formatted(root, service, BUILD_LOG)), BUILD_PATIENCE)) {
                throw new IOException("the earlier release %s cannot be built; %s says why".formatted(commit, BUILD_LOG));
            }
            Files.writeString(root.resolve("target/launcher.env"), "java=%s/bin/java\ncp=\n".formatted(System.getProperty("java.home")));
        }
        return home;
    }

    private static boolean git(String... arguments) throws InterruptedException {
        var command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        try {
            return run(command, PATIENCE);
        } catch (IOException e) {
            return false; // there is no git here
        }
    }

    private static boolean run(List<String> command, Duration patience) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("GIT_TERMINAL_PROMPT", "0");
        Process process = builder.start();
        if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            return false;
        }
        return process.exitValue() == 0;
    }
}
