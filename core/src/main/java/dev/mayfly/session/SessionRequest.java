package dev.mayfly.session;

import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.SourceFile;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A session that somebody wants, not yet checked.
///
/// @param limits of its sandbox; those of wall time and output are each cell's and command's
/// @param time until it ends
/// @param idle until it ends when it is not used
/// @param labels its caller's own
public record SessionRequest(
        String tenant, Optional<String> runtime, Map<LimitAxis, Long> limits, Map<String, String> env, List<SourceFile> files, Optional<Duration> time, Optional<Duration> idle,
        Map<String, String> labels) {
    public SessionRequest {
        limits = Map.copyOf(limits);
        env = Map.copyOf(env);
        files = List.copyOf(files);
        labels = Map.copyOf(labels);
    }
}
