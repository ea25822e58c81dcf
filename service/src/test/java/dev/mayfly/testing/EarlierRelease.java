package dev.mayfly.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The source of an earlier release, out of git: the last one whose store had neither forms nor needs. A shallow clone
/// asks its origin for it.
public final class EarlierRelease {
    private static final String COMMIT = "69abcfab7939ce4209bcfe5ca5040d4cafe9255a";

    /// What has another name since, longer words first.
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

    private EarlierRelease() {}

    /// This release's source with the names that the earlier one has.
    public static String withItsNames(String source) {
        String renamed = source;
        for (Map.Entry<String, String> name : NAMES.entrySet()) {
            renamed = renamed.replace(name.getKey(), name.getValue());
        }
        return renamed;
    }

    /// Into this folder; empty where its history does not have it, and cannot be had.
    public static Optional<Path> extract(Path folder) throws IOException, InterruptedException {
        if (!git("cat-file", "-e", COMMIT + "^{commit}") && !git("fetch", "--depth=1", "origin", COMMIT)) {
            return Optional.empty();
        }
        Path archive = Files.createTempFile("mayfly-earlier", ".tar");
        try {
            if (!git("archive", "--output=" + archive, COMMIT) || !run(List.of("tar", "-xf", archive.toString(), "-C", folder.toString()))) {
                throw new IOException("the earlier release %s cannot be extracted".formatted(COMMIT));
            }
            return Optional.of(folder);
        } finally {
            Files.delete(archive);
        }
    }

    private static boolean git(String... arguments) throws InterruptedException {
        var command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        try {
            return run(command);
        } catch (IOException e) {
            return false; // there is no git here
        }
    }

    private static boolean run(List<String> command) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("GIT_TERMINAL_PROMPT", "0");
        Process process = builder.start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return false;
        }
        return process.exitValue() == 0;
    }
}
