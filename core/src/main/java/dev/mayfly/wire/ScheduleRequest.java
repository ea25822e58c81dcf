package dev.mayfly.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/// When a function is due, as JSON: by `cron` or by `everySeconds`.
///
/// @param cron five fields (minute, hour, day of the month, month, day of the week), or `@hourly`, `@daily`, `@weekly`,
///     `@monthly`, `@yearly`
/// @param timeZone in which `cron` is read: a name of the IANA database; `UTC` by default
/// @param everySeconds 1 to 2,678,400 (31 days): due at each multiple of it since 1970 in UTC
/// @param enabled false: never due
/// @param overlap at a due time when the execution before it has not ended: `skip` (the default), `queue` (one due time
///     waits for its end) or `allow`
/// @param misfires after more than 60 s in which nobody could run it: `skip` (the default), or `once` for all missed
///     due times
/// @param pauseAfterFailures after this many failed executions in a row it is paused, 1 to 1,000; never by default
/// @param input the invocation's
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ScheduleRequest(
        @Nullable String cron,
        @Nullable String timeZone,
        @Nullable Integer everySeconds,
        @Nullable Boolean enabled,
        @Nullable String overlap,
        @Nullable String misfires,
        @Nullable Integer pauseAfterFailures,
        @Nullable JsonNode input) {}
