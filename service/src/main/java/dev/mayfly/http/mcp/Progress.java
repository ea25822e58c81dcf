package dev.mayfly.http.mcp;

/// Where a tool says how far it is.
@FunctionalInterface
interface Progress {
    /// Nobody has asked.
    Progress NONE = message -> {};

    void say(String message) throws InterruptedException;
}
