package dev.mayfly.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.mayfly.build.BuildJob;
import dev.mayfly.build.RuntimeMaker.Built;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A build of a runtime, as it is now.
///
/// @param tenant whose the runtime is; missing where it is everybody's
/// @param runtime its id, after success
/// @param image its name, which ends with the digest of what it was built from
/// @param cached whether it was there already, built from the same
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BuildView(
        String buildId, String state, String name, String from, @Nullable String tenant, String requestedBy, String createdAt, @Nullable String startedAt, @Nullable String endedAt,
        @Nullable String runtime, @Nullable String image, @Nullable String imageDigest, @Nullable Boolean cached, @Nullable String error) {
    static BuildView of(BuildJob job) {
        BuildJob.Status status = job.status();
        BuildJob.Subject request = job.subject();
        return new BuildView(
                job.id(), status.state().wireName(), request.name(), request.from(), request.tenant().orElse(null), request.requestedBy(), status.createdAt().toString(),
                status.startedAt().map(Instant::toString).orElse(null), status.endedAt().map(Instant::toString).orElse(null),
                status.built().map(Built::runtime).orElse(null), status.built().map(Built::image).orElse(null), status.built().map(Built::imageDigest).orElse(null),
                status.built().map(built -> !built.isNew()).orElse(null), status.error().orElse(null));
    }
}
