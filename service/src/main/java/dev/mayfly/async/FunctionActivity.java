package dev.mayfly.async;

import java.util.Map;
import java.util.Optional;

/// How a function's stored executions went that were accepted from some time on.
///
/// @param executions all of them, unfinished ones too
/// @param outcomes how many ended in each way; of the newest 10,000
/// @param succeeded how many exited with 0; of the newest 10,000
/// @param latency from being accepted to the end; of the newest 10,000, empty where none has ended
public record FunctionActivity(long executions, Map<String, Long> outcomes, long succeeded, Optional<Latency> latency) {
    /// In milliseconds.
    public record Latency(long p50, long p95, long max) {}
}
