package dev.mayfly.http;

import java.time.Duration;

/// @param maxPerTenant WebSockets of one tenant at the same time
/// @param maxPerAddress WebSockets of one client address at the same time
/// @param maxMessageBytes size cap of a message, in one frame or many
/// @param stall how long a client may leave an event untaken, or a large message unfinished, before it counts as gone
/// @param maxIdle how long nothing may be typed and nothing shown at a terminal
public record SocketSettings(int maxPerTenant, int maxPerAddress, long maxMessageBytes, Duration stall, Duration maxIdle) {}
