package dev.mayfly.failure;

import dev.mayfly.async.EndListener;
import dev.mayfly.async.InvocationListener;
import dev.mayfly.execution.Invocation.Trigger;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.wire.FailurePolicy;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// Notes what is to be done when a function has failed for good. Thread-safe.
public final class FailureListener implements InvocationListener {
    private final EndListener webhooks;

    public FailureListener(EndListener webhooks) {
        this.webhooks = webhooks;
    }

    @Override
    public void ended(Handle handle, Ended ended) {
        if (ended.end() != End.FAILURE || ended.failures().isEmpty()) {
            return;
        }
        FailurePolicy policy = ended.failures().get();
        webhook(policy).ifPresent(url -> webhooks.ended(handle, new EndListener.Ended("function.failed", ended.id(), ended.tenant(), url, about(ended), Optional.empty())));
        // one that runs because of a failure calls no other: there are no loops
        if (policy.function().isPresent() && ended.invocation().trigger() != Trigger.FAILURE) {
            FailureCalls.add(handle, ended.tenant(), ended.id(), policy.function().get());
        }
    }

    private static Optional<URI> webhook(FailurePolicy policy) {
        try {
            return policy.webhook();
        } catch (RejectedException e) {
            return Optional.empty(); // of another release
        }
    }

    private static Map<String, Object> about(Ended ended) {
        var about = new LinkedHashMap<String, Object>();
        about.put("id", ended.id());
        about.put("function", ended.invocation().function());
        about.put("version", ended.invocation().version());
        about.put("trigger", ended.invocation().trigger().wireName());
        about.put("outcome", ended.outcome());
        about.put("attempts", ended.attempts());
        return about;
    }
}
