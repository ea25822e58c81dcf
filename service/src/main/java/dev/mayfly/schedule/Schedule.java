package dev.mayfly.schedule;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.wire.FunctionDefinition;
import dev.mayfly.wire.Json;
import dev.mayfly.wire.ScheduleRequest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// When a function runs by itself.
///
/// @param json as it was sent
/// @param pauseAfterFailures in a row
/// @param input the invocation's
record Schedule(String json, Timetable timetable, boolean enabled, Overlap overlap, Misfires misfires, Optional<Integer> pauseAfterFailures, Optional<JsonNode> input) {
    private static final int MOST_FAILURES = 1000;

    static Schedule of(ScheduleRequest request) throws RejectedException {
        Optional<Integer> pauseAfter = Optional.ofNullable(request.pauseAfterFailures());
        if (pauseAfter.isPresent() && (pauseAfter.get() < 1 || pauseAfter.get() > MOST_FAILURES)) {
            throw RejectedException.invalid("schedule.pauseAfterFailures", "pauseAfterFailures must be between 1 and %d; got %d".formatted(MOST_FAILURES, pauseAfter.get()));
        }
        return new Schedule(
                Json.STRICT.valueToTree(request).toString(),
                Timetable.of(request),
                !Boolean.FALSE.equals(request.enabled()),
                named(Overlap.class, "overlap", request.overlap(), Overlap.SKIP),
                named(Misfires.class, "misfires", request.misfires(), Misfires.SKIP),
                pauseAfter,
                Optional.ofNullable(request.input()));
    }

    /// A stored function's. Empty where it has none, or one of a later release.
    static Optional<Schedule> of(FunctionDefinition definition) {
        try {
            return definition.schedule().isEmpty() ? Optional.empty() : Optional.of(of(definition.schedule().get()));
        } catch (RejectedException e) {
            return Optional.empty();
        }
    }

    /// As `json` has it. Empty where a later release has stored it.
    static Optional<Schedule> read(String json) {
        try {
            ScheduleRequest request = Json.STRICT.readerFor(ScheduleRequest.class).without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).readValue(json);
            return Optional.of(of(request));
        } catch (JsonProcessingException | RejectedException e) {
            return Optional.empty();
        }
    }

    private static <E extends Enum<E>> E named(Class<E> type, String field, @Nullable String name, E byDefault) throws RejectedException {
        if (name == null) {
            return byDefault;
        }
        return Arrays.stream(type.getEnumConstants()).filter(value -> wireName(value).equals(name)).findFirst().orElseThrow(() -> RejectedException.invalid("schedule." + field,
                "%s must be one of %s".formatted(field, Arrays.stream(type.getEnumConstants()).map(Schedule::wireName).collect(Collectors.joining(", ")))));
    }

    private static String wireName(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /// Empty where it has none.
    Optional<Instant> nextDue(Instant after) {
        return enabled ? timetable.next(after) : Optional.empty();
    }

    /// Equal for schedules with the same due times.
    String timing() {
        return enabled ? timetable.text() : "disabled: " + timetable.text();
    }
}
