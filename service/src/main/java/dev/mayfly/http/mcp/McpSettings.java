package dev.mayfly.http.mcp;

import java.time.Duration;
import java.util.Optional;

/// @param keptBytes what of results may be kept in memory for all tenants together
/// @param keptBytesPerTenant the same of one tenant
/// @param keptFor how long
/// @param authorizationServer where an OpenID provider's tokens come from, if they are accepted
public record McpSettings(long keptBytes, long keptBytesPerTenant, Duration keptFor, Optional<String> authorizationServer) {}
