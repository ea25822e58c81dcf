package dev.mayfly.http;

import java.time.Duration;

/// @param maxBodyBytes size cap of a request's body
/// @param patience how long a synchronous request waits for a box before it is refused with 503
/// @param heartbeat how long a stream stays silent before a comment tells that it lives
public record DoorSettings(long maxBodyBytes, Duration patience, Duration heartbeat) {}
