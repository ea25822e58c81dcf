package dev.mayfly.http;

import java.time.Duration;

/// @param patience how long a synchronous request waits for a box before it is refused with 503
/// @param heartbeat how long a stream stays silent before a comment tells that it lives
public record DoorSettings(Duration patience, Duration heartbeat) {}
