package dev.mayfly.http;

import java.time.Duration;

/// @param maxBodyBytes size cap of a request's body
/// @param patience how long a synchronous request waits for a sandbox before it is refused with 503
/// @param heartbeat how long a stream stays silent before a comment shows that it lives
/// @param stall how long a client may leave an event of its stream untaken before it counts as gone
/// @param tenantClaim of an OpenID provider's token: whose name is the tenant's
/// @param playground whether a browser is shown the playground at `/`
public record DoorSettings(long maxBodyBytes, Duration patience, Duration heartbeat, Duration stall, String tenantClaim, boolean playground) {}
