package dev.mayfly.function;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;

/// What a tenant may store.
///
/// @param maxFunctions of one tenant
/// @param maxBytes all versions of all functions of one tenant
/// @param maxVersions of one function; an older one makes room for a new one, but not the current one
/// @param retention for how long a deleted function's numbers are remembered: as long as its executions
@RecordBuilder
public record FunctionSettings(int maxFunctions, long maxBytes, int maxVersions, Duration retention) {}
