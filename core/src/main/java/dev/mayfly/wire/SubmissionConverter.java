package dev.mayfly.wire;

import static dev.mayfly.execution.RejectedException.invalid;

import dev.mayfly.execution.Case;
import dev.mayfly.execution.Expectation;
import dev.mayfly.execution.Program;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.Submission;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.sandbox.SourceFile;
import dev.mayfly.sandbox.Stdin;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A request to a `Submission`, whatever JSON it came in. Whatever is wrong is a rejection that names the field.
final class SubmissionConverter {
    private static final int MAX_LABELS = 64;
    private static final int MAX_DIGITS = 30;

    private SubmissionConverter() {}

    /// @param live the input that comes while the program runs, in place of the request's own
    static Submission submission(ResolvedRequest resolved, Requester requester, Optional<Stdin> live) throws RejectedException {
        SubmissionRequest request = resolved.request();
        List<SourceFile> files = files(request.files());
        if (request.labels() != null && request.labels().size() > MAX_LABELS) {
            throw invalid("labels", "labels must have at most %d entries".formatted(MAX_LABELS));
        }
        byte @Nullable [] code = request.code() == null ? null : bytes("code", request.code(), null);
        byte[] stdin = request.stdin() == null ? new byte[0] : bytes("stdin", request.stdin(), request.stdinEncoding());
        var program = new Program(
                Optional.ofNullable(code),
                files,
                Optional.ofNullable(request.entrypoint()),
                orEmpty(request.args(), "args"),
                env(request.env()),
                live.orElse(new Stdin.Bytes(stdin)),
                orEmpty(request.outputs(), "outputs"),
                Optional.ofNullable(request.compile()),
                Boolean.TRUE.equals(request.display()),
                cases(request.cases()));
        return new Submission(
                requester.id(), requester.tenant(), requester.lane(), Optional.ofNullable(request.runtime()), program, limits(request.limits()), Optional.empty(), resolved.invocation(), resolved.secrets());
    }

    static List<SourceFile> files(@Nullable List<SubmissionRequest.FileContent> contents) throws RejectedException {
        List<SourceFile> files = new ArrayList<>();
        for (SubmissionRequest.FileContent file : orEmpty(contents, "files")) {
            files.add(file("files[%d]".formatted(files.size()), file));
        }
        return files;
    }

    private static List<Case> cases(@Nullable List<SubmissionRequest.CaseRequest> requests) throws RejectedException {
        if (requests != null && requests.isEmpty()) {
            throw invalid("cases", "cases must have at least one entry");
        }
        List<Case> cases = new ArrayList<>();
        for (SubmissionRequest.CaseRequest request : orEmpty(requests, "cases")) {
            String field = "cases[%d]".formatted(cases.size());
            List<SourceFile> files = new ArrayList<>();
            for (SubmissionRequest.FileContent file : orEmpty(request.files(), field + ".files")) {
                files.add(file("%s.files[%d]".formatted(field, files.size()), file));
            }
            Optional<byte[]> stdin = request.stdin() == null ? Optional.empty() : Optional.of(bytes(field + ".stdin", request.stdin(), request.stdinEncoding()));
            cases.add(new Case(request.args() == null ? Optional.empty() : Optional.of(orEmpty(request.args(), field + ".args")), stdin, files, expectation(field + ".expect", request.expect())));
        }
        return cases;
    }

    private static Optional<Expectation> expectation(String field, SubmissionRequest.@Nullable ExpectRequest request) throws RejectedException {
        if (request == null) {
            return Optional.empty();
        }
        if (request.stdout() == null) {
            throw invalid(field + ".stdout", "stdout is missing");
        }
        if (request.compare() == null) {
            return Optional.of(new Expectation(request.stdout(), Expectation.Comparison.EXACT));
        }
        Expectation.Comparison comparison = Expectation.Comparison.named(request.compare())
                .orElseThrow(() -> invalid(field + ".compare", "compare must be exact, trimmed, tokens or numeric; got %s".formatted(request.compare())));
        return Optional.of(new Expectation(request.stdout(), comparison));
    }

    private static SourceFile file(String field, SubmissionRequest.FileContent file) throws RejectedException {
        if (file.path() == null) {
            throw invalid(field + ".path", "path is missing");
        }
        if (file.content() == null) {
            throw invalid(field + ".content", "content is missing; an empty file has the content \"\"");
        }
        return new SourceFile(file.path(), bytes(field, file.content(), file.encoding()));
    }

    static byte[] bytes(String field, String content, @Nullable String encoding) throws RejectedException {
        try {
            return Encoding.byName(encoding).decode(content);
        } catch (IllegalArgumentException e) {
            throw invalid(field, field + ": " + e.getMessage());
        }
    }

    static <T> List<T> orEmpty(@Nullable List<T> list, String field) throws RejectedException {
        if (list == null) {
            return List.of();
        }
        for (T element : list) {
            if (element == null) {
                throw invalid(field, field + " contains null");
            }
        }
        return list;
    }

    static Map<String, String> env(@Nullable Map<String, String> env) throws RejectedException {
        if (env == null) {
            return Map.of();
        }
        for (var variable : env.entrySet()) {
            if (variable.getValue() == null) {
                throw invalid("env." + variable.getKey(), "a variable's value must be a string; got null");
            }
        }
        return env;
    }

    static Map<LimitAxis, Long> limits(@Nullable Map<String, BigDecimal> limits) throws RejectedException {
        var amounts = new EnumMap<LimitAxis, Long>(LimitAxis.class);
        if (limits != null) {
            for (var limit : limits.entrySet()) {
                String field = "limits." + limit.getKey();
                LimitAxis axis = LimitAxis.byWireName(limit.getKey()).orElseThrow(() -> invalid(field, "unknown limit"));
                BigDecimal amount = limit.getValue();
                if (amount == null) {
                    throw invalid(field, "a limit must be a number; got null");
                }
                // A number of a few characters may have a billion digits; none of those is a limit.
                if (Math.abs((long) amount.precision() - amount.scale()) > MAX_DIGITS || Math.abs((long) amount.scale()) > MAX_DIGITS) {
                    throw invalid(field, "the number is too large, or has too many digits");
                }
                try {
                    amounts.put(axis, axis.fromWire(amount));
                } catch (ArithmeticException e) {
                    throw invalid(field, "%s is not a possible amount of that limit".formatted(amount.toPlainString()));
                }
            }
        }
        return amounts;
    }
}
