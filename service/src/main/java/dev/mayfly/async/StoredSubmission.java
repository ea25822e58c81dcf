package dev.mayfly.async;

import static dev.mayfly.execution.RejectedException.invalid;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mayfly.execution.Case;
import dev.mayfly.execution.Expectation;
import dev.mayfly.execution.Program;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.Submission;
import dev.mayfly.pool.Lane;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.SourceFile;
import dev.mayfly.sandbox.Stdin;
import dev.mayfly.wire.AsyncSubmission;
import dev.mayfly.wire.Encoding;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A submission as the store has it, which is not what a door reads: it was checked when it was accepted, perhaps by
/// another release.
///
/// Fields that this release does not know are left alone. A release whose submissions must not be run without knowing
/// a field of theirs writes those, and no others, in a higher form, which earlier releases do not claim; what needs no
/// such field stays in the form 1, of which the first releases, who read strictly and know no forms, know every field.
final class StoredSubmission {
    /// The highest form that this release knows. Form 2 has `compile` and `cases`, form 3 `display`, form 4
    /// `secrets`; form 5 is of what says what happens when it fails.
    static final int FORM = 5;

    /// What the store has was let in by a door, which bounds it.
    static final ObjectMapper LENIENT = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
                    .build())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION) // user code stays out of messages
            .build();

    private StoredSubmission() {}

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    private record Document(
            @Nullable String runtime,
            // an empty one is still one
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String code,
            @Nullable List<Content> files,
            @Nullable String entrypoint,
            @Nullable List<String> args,
            @Nullable Map<String, String> env,
            @Nullable String stdin,
            @Nullable String stdinEncoding,
            @Nullable Map<String, Number> limits,
            @Nullable List<String> outputs,
            @Nullable Boolean compile,
            @Nullable Boolean display,
            @Nullable List<StoredCase> cases,
            @Nullable List<String> secrets) {}

    private record Content(String path, String content, @Nullable String encoding) {
        static Content of(SourceFile file) {
            Encoding encoding = Encoding.of(file.content());
            return new Content(file.path(), encoding.encode(file.content()), encoding.wireName());
        }

        SourceFile file() {
            return new SourceFile(path, Encoding.byName(encoding).decode(content));
        }
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record StoredCase(
            @Nullable List<String> args, @Nullable String stdin, @Nullable String stdinEncoding, List<Content> files, @Nullable String expected, @Nullable String compare) {
        static StoredCase of(Case each) {
            Optional<Encoding> encoding = each.stdin().map(Encoding::of);
            return new StoredCase(
                    each.args().orElse(null),
                    each.stdin().map(stdin -> encoding.orElseThrow().encode(stdin)).orElse(null),
                    encoding.map(Encoding::wireName).orElse(null),
                    each.files().stream().map(Content::of).toList(),
                    each.expected().map(Expectation::stdout).orElse(null),
                    each.expected().map(expected -> expected.comparison().wireName()).orElse(null));
        }

        Case read() {
            return new Case(
                    Optional.ofNullable(args),
                    Optional.ofNullable(stdin).map(text -> Encoding.byName(stdinEncoding).decode(text)),
                    files.stream().map(Content::file).toList(),
                    Optional.ofNullable(expected).map(stdout -> new Expectation(stdout, Expectation.Comparison.named(String.valueOf(compare)).orElseThrow())));
        }
    }

    /// The lowest form that says all of it.
    static int form(AsyncSubmission request) {
        return request.failures().isPresent() ? 5 : form(request.submission());
    }

    static int form(Submission submission) {
        Program program = submission.program();
        if (!submission.secrets().isEmpty()) {
            return 4;
        }
        if (program.display()) {
            return 3;
        }
        return program.cases().isEmpty() && program.compile().isEmpty() ? 1 : 2;
    }

    static byte[] write(Submission submission) {
        Program program = submission.program();
        if (!(program.stdin() instanceof Stdin.Bytes(byte[] stdin))) {
            throw new IllegalArgumentException("input that is still being typed cannot be stored");
        }
        Encoding encoding = Encoding.of(stdin);
        var document = new Document(
                submission.runtime().orElse(null),
                program.code().map(code -> new String(code, StandardCharsets.UTF_8)).orElse(null),
                program.files().stream().map(Content::of).toList(),
                program.entrypoint().orElse(null),
                program.args(),
                program.env(),
                encoding.encode(stdin),
                stdin.length == 0 ? null : encoding.wireName(),
                amounts(submission),
                program.outputs(),
                program.compile().orElse(null),
                program.display() ? true : null,
                program.cases().stream().map(StoredCase::of).toList(),
                submission.secrets().stream().sorted().toList());
        try {
            return LENIENT.writeValueAsBytes(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Number> amounts(Submission submission) {
        var amounts = new TreeMap<String, Number>();
        submission.limits().forEach((axis, amount) -> amounts.put(axis.wireName(), axis.toWire(amount)));
        return amounts;
    }

    /// @throws RejectedException this release cannot run it; another one may
    static Submission read(byte[] body, String id, String tenant, Lane lane) throws RejectedException {
        try {
            return submission(LENIENT.readValue(body, Document.class), id, tenant, lane);
        } catch (IOException | RuntimeException e) { // whatever another release has put there
            throw invalid("", "this release cannot read the stored submission: " + e.getClass().getSimpleName());
        }
    }

    private static Submission submission(Document document, String id, String tenant, Lane lane) throws RejectedException {
        byte[] stdin = document.stdin() == null ? new byte[0] : Encoding.byName(document.stdinEncoding()).decode(document.stdin());
        var program = new Program(
                Optional.ofNullable(document.code()).map(code -> code.getBytes(StandardCharsets.UTF_8)),
                orEmpty(document.files()).stream().map(Content::file).toList(),
                Optional.ofNullable(document.entrypoint()),
                orEmpty(document.args()),
                document.env() == null ? Map.of() : document.env(),
                new Stdin.Bytes(stdin),
                orEmpty(document.outputs()),
                Optional.ofNullable(document.compile()),
                Boolean.TRUE.equals(document.display()),
                orEmpty(document.cases()).stream().map(StoredCase::read).toList());
        return new Submission(id, tenant, lane, Optional.ofNullable(document.runtime()), program, limits(document.limits()), Optional.empty(), Optional.empty(),
                Set.copyOf(orEmpty(document.secrets())));
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }

    /// A limit cannot be left alone: its program would run without it.
    private static Map<LimitAxis, Long> limits(@Nullable Map<String, Number> limits) throws RejectedException {
        var amounts = new EnumMap<LimitAxis, Long>(LimitAxis.class);
        if (limits != null) {
            for (var limit : limits.entrySet()) {
                LimitAxis axis = LimitAxis.byWireName(limit.getKey())
                        .orElseThrow(() -> invalid("limits." + limit.getKey(), "unknown limit in this release: " + limit.getKey()));
                amounts.put(axis, axis.fromWire(new BigDecimal(limit.getValue().toString())));
            }
        }
        return amounts;
    }
}
