package dev.mayfly.http.mcp;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The revisions of the protocol, the oldest first.
enum ProtocolVersion {
    V2024_11_05("2024-11-05"),
    V2025_03_26("2025-03-26"),
    V2025_06_18("2025-06-18"),
    V2025_11_25("2025-11-25"),
    /// Without a handshake: every request carries its own revision.
    V2026_07_28("2026-07-28");

    /// Of a client that names none.
    static final ProtocolVersion ASSUMED = V2025_03_26;
    /// Offered to a client whose revision is unknown.
    static final ProtocolVersion NEWEST_WITH_HANDSHAKE = V2025_11_25;

    private final String wireName;

    ProtocolVersion(String wireName) {
        this.wireName = wireName;
    }

    static Optional<ProtocolVersion> named(String name) {
        return Arrays.stream(values()).filter(version -> version.wireName.equals(name)).findFirst();
    }

    static List<String> names(boolean modern) {
        return Arrays.stream(values()).filter(version -> version.isModern() == modern).map(ProtocolVersion::wireName).toList();
    }

    String wireName() {
        return wireName;
    }

    boolean isModern() {
        return this == V2026_07_28;
    }

    /// Whether a result may have links to resources in it: older clients refuse what they do not know.
    boolean hasLinks() {
        return compareTo(V2025_06_18) >= 0;
    }
}
