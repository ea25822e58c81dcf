package dev.mayfly.docker;

import dev.mayfly.sandbox.InstanceLock;
import dev.mayfly.sandbox.SandboxSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/// What every container of ours carries from before its first breath, so that no crash can hide it from the reaper.
final class ContainerLabels {
    static final String SERVICE = "dev.mayfly.service";
    private static final String INSTANCE = "dev.mayfly.instance";
    private static final String LOCK_FOLDER = "dev.mayfly.lock-folder";
    private static final String RUNTIME = "dev.mayfly.runtime";
    private static final String DEADLINE = "dev.mayfly.deadline";

    /// No sandbox lives longer: idle life, the longest run and a margin.
    private static final Duration LONGEST_LIFE = Duration.ofHours(3);

    private ContainerLabels() {}

    static Map<String, String> of(String service, InstanceLock instance, SandboxSpec spec, Instant now) {
        return Map.of(
                SERVICE, service,
                INSTANCE, instance.id(),
                LOCK_FOLDER, instance.folderId(),
                RUNTIME, spec.runtime(),
                DEADLINE, now.plus(LONGEST_LIFE).toString());
    }

    /// A sandbox is an orphan when its owner is proved dead, or, where its owner's lock is out of our sight, past its
    /// deadline.
    static boolean isOrphan(Map<String, String> labels, InstanceLock ours, Instant now) {
        String owner = labels.getOrDefault(INSTANCE, "");
        if (ours.folderId().equals(labels.get(LOCK_FOLDER))) {
            return !ours.isAlive(owner);
        }
        return now.isAfter(Instant.parse(labels.getOrDefault(DEADLINE, Instant.MAX.toString())));
    }

    static boolean isOf(Map<String, String> labels, InstanceLock instance) {
        return instance.id().equals(labels.get(INSTANCE));
    }
}
