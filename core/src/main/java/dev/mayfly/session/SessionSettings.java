package dev.mayfly.session;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;

/// What bounds sessions.
///
/// @param replica whose sessions these are; the end of their ids
/// @param most at the same time, of all tenants; each holds a sandbox of the pool
/// @param mostOfTenant at the same time, of one tenant
/// @param usualTime until a session ends that asks for nothing else
/// @param maxTime from its start to its end, also when it is put off
/// @param usualIdle without a request and with nothing running, until it ends
/// @param grace how long an interrupted cell may take to end before its interpreter is killed
/// @param maxFileBytes of a file that is read or written by one request
@RecordBuilder
public record SessionSettings(String replica, int most, int mostOfTenant, Duration usualTime, Duration maxTime, Duration usualIdle, Duration grace, long maxFileBytes) {}
