package dev.mayfly.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.mayfly.function.FieldDifference;
import dev.mayfly.function.FunctionVersion;
import dev.mayfly.function.StoredFunction;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/// A function as JSON.
///
/// @param definition what PUT takes; missing in lists
/// @param schedule where the function has one; missing in lists
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FunctionView(
        String name,
        int version,
        String digest,
        @Nullable String runtime,
        @Nullable String description,
        String createdAt,
        String changedAt,
        @Schema(type = SchemaType.OBJECT, implementation = Object.class) @Nullable JsonNode definition,
        @Nullable ScheduleView schedule) {

    /// As lists have it.
    static FunctionView of(StoredFunction function) {
        return of(function, null, null);
    }

    static FunctionView of(StoredFunction function, @Nullable JsonNode definition, @Nullable ScheduleView schedule) {
        FunctionVersion current = function.current();
        return new FunctionView(function.name(), current.number(), current.digest(), current.runtime().orElse(null), current.description().orElse(null),
                function.createdAt().toString(), function.changedAt().toString(), definition, schedule);
    }

    /// One version of a function.
    ///
    /// @param definition missing in lists
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record VersionView(
            int version, String digest, @Nullable String runtime, @Nullable String description, String createdAt,
            @Schema(type = SchemaType.OBJECT, implementation = Object.class) @Nullable JsonNode definition) {
        static VersionView of(FunctionVersion version, @Nullable JsonNode definition) {
            return new VersionView(version.number(), version.digest(), version.runtime().orElse(null), version.description().orElse(null), version.createdAt().toString(), definition);
        }
    }

    /// @param next the `cursor` of the next page; missing at the end
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record FunctionPage(List<FunctionView> functions, @Nullable String next) {}

    /// @param current the number of the version that runs where none is named
    /// @param next the `cursor` of the next page; missing at the end
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record VersionPage(int current, List<VersionView> versions, @Nullable String next) {}

    public record DifferenceView(int from, int to, List<FieldDifferenceView> changes) {}

    /// @param change `added`, `removed` or `changed`
    /// @param diff of text, in place of `from` and `to`
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record FieldDifferenceView(
            String field, String change,
            @Schema(implementation = Object.class) @Nullable JsonNode from,
            @Schema(implementation = Object.class) @Nullable JsonNode to,
            @Nullable String diff) {
        static FieldDifferenceView of(FieldDifference difference) {
            return new FieldDifferenceView(difference.field(), difference.kind().name().toLowerCase(Locale.ROOT), difference.from().orElse(null), difference.to().orElse(null),
                    difference.diff().orElse(null));
        }
    }
}
