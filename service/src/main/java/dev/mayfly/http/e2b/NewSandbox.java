package dev.mayfly.http.e2b;

import static dev.mayfly.execution.RejectedException.invalid;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.session.SessionRequest;
import dev.mayfly.wire.SessionRequests.OpenSessionRequest;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A sandbox that a client of E2B asks for. Python's client asks for internet access with every sandbox: that alone is not
/// refused.
///
/// @param templateID a runtime, or one of the templates that clients name by default
/// @param timeout in seconds
@JsonIgnoreProperties(ignoreUnknown = true)
record NewSandbox(
        @Nullable @JsonProperty("templateID") String templateID, @Nullable Long timeout, @Nullable Map<String, String> metadata, @Nullable Map<String, String> envVars,
        @Nullable Boolean autoPause, @Nullable JsonNode network, @Nullable JsonNode mcp, @Nullable JsonNode iam, @Nullable JsonNode volumeMounts) {
    private static final long USUAL_SECONDS = 300;

    String template() {
        return templateID == null ? "" : templateID;
    }

    SessionRequest toRequest(String tenant, LanguageRuntime runtime, Duration longest) throws RejectedException {
        refuse("autoPause", Boolean.TRUE.equals(autoPause), "sandboxes are not paused");
        refuse("network", isGiven(network), "sandboxes have no network");
        refuse("mcp", isGiven(mcp), "sandboxes have no MCP servers");
        refuse("iam", isGiven(iam), "sandboxes have no identity");
        refuse("volumeMounts", isGiven(volumeMounts), "sandboxes have no volumes");
        long seconds = seconds(timeout, longest);
        Map<String, BigDecimal> limits = Map.of(LimitAxis.OUTPUT.wireName(), BigDecimal.valueOf(runtime.ceilings().outputBytes()));
        return new OpenSessionRequest(runtime.id(), limits, envVars, null, Math.max(1, seconds), longest.toSeconds(), metadata).toRequest(tenant);
    }

    private static boolean isGiven(@Nullable JsonNode value) {
        return value != null && !value.isNull() && !(value.isContainerNode() && value.isEmpty());
    }

    private static void refuse(String field, boolean isAsked, String why) throws RejectedException {
        if (isAsked) {
            throw invalid(field, "Mayfly does not offer %s: %s".formatted(field, why));
        }
    }

    static long seconds(@Nullable Long timeout, Duration longest) throws RejectedException {
        long seconds = Optional.ofNullable(timeout).orElse(Math.min(USUAL_SECONDS, longest.toSeconds()));
        if (seconds < 0 || seconds > longest.toSeconds()) {
            throw invalid("timeout", "timeout must be between 0 and %d seconds (mayfly.sessions.max-ttl); got %d".formatted(longest.toSeconds(), seconds));
        }
        return seconds;
    }

    /// A new end of a sandbox that is there.
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Timeout(@Nullable Long timeout) {}
}
