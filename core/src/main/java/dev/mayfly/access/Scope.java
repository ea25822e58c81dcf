package dev.mayfly.access;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/// What a caller may do.
public enum Scope {
    /// Run programs.
    @JsonProperty("execute")
    EXECUTE,
    /// Look at what there is: the runtimes, and the tenant's own executions.
    @JsonProperty("read")
    READ,
    /// Look at the whole service, its metrics; build runtimes.
    @JsonProperty("admin")
    ADMIN;

    /// The name in files, tokens and at the command line.
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
