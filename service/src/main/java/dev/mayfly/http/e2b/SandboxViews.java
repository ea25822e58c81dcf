package dev.mayfly.http.e2b;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.mayfly.session.Session;
import java.util.Map;

/// Sandboxes as clients of E2B read them.
final class SandboxViews {
    private static final int MILLIS = 1000;
    private static final int MIB_BITS = 20;

    private SandboxViews() {}

    /// What a client needs to reach it.
    ///
    /// @param envdAccessToken proves the client in calls into the sandbox
    /// @param trafficAccessToken the same, for the code interpreter
    record ReachableSandbox(
            @JsonProperty("sandboxID") String sandboxID, @JsonProperty("templateID") String templateID, @JsonProperty("clientID") String clientID, String envdVersion, String envdAccessToken,
            String trafficAccessToken) {
        static ReachableSandbox of(Session session, String token) {
            return new ReachableSandbox(session.id(), session.runtime(), "mayfly", Envd.VERSION, token, token);
        }
    }

    record SandboxInfo(
            @JsonProperty("sandboxID") String sandboxID, @JsonProperty("templateID") String templateID, @JsonProperty("clientID") String clientID, String startedAt, String endAt, String state, int cpuCount,
            @JsonProperty("memoryMB") long memoryMB, @JsonProperty("diskSizeMB") long diskSizeMB, String envdVersion, Map<String, String> metadata, boolean allowInternetAccess) {
        static SandboxInfo of(Session session) {
            var limits = session.limits();
            return new SandboxInfo(session.id(), session.runtime(), "mayfly", session.begun().toString(), session.endsAt().toString(), "running", Math.max(1, limits.cpuMillis() / MILLIS),
                    limits.memoryBytes() >> MIB_BITS, limits.diskBytes() >> MIB_BITS, Envd.VERSION, session.labels(), false);
        }
    }
}
