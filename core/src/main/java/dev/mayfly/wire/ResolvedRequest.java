package dev.mayfly.wire;

import static dev.mayfly.execution.RejectedException.invalid;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.mayfly.execution.Invocation;
import dev.mayfly.execution.RejectedException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A request with its program: its own, or that of the function which it names.
///
/// @param invocation of a function
/// @param secrets names of those that the function gets
/// @param failures what happens when the function fails
record ResolvedRequest(SubmissionRequest request, Optional<Invocation> invocation, Set<String> secrets, Optional<FailurePolicy> failures) {
    private static final String INPUT_VARIABLE = "MAYFLY_INPUT";
    private static final int MAX_VARIABLE_BYTES = 8192;

    static ResolvedRequest of(SubmissionRequest request, Requester requester) throws RejectedException {
        if (request.function() == null) {
            if (request.input() != null) {
                throw invalid("input", "input requires function; a program's own standard input is stdin");
            }
            return new ResolvedRequest(request, Optional.empty(), Set.of(), Optional.empty());
        }
        FunctionReference reference = FunctionReference.parse(request.function());
        refuseProgram(request);
        FunctionLookup.Found found = requester.functions().find(requester.tenant(), reference);
        var invocation = new Invocation(reference.name(), found.version(), requester.trigger(), found.concurrency());
        return new ResolvedRequest(called(found.definition().program(), request), Optional.of(invocation), found.definition().secrets(), found.definition().failures());
    }

    /// What a function is, is not for its callers to say.
    private static void refuseProgram(SubmissionRequest call) throws RejectedException {
        Map<String, Optional<Object>> fields = new LinkedHashMap<>();
        fields.put("runtime", Optional.ofNullable(call.runtime()));
        fields.put("code", Optional.ofNullable(call.code()));
        fields.put("files", Optional.ofNullable(call.files()));
        fields.put("entrypoint", Optional.ofNullable(call.entrypoint()));
        fields.put("limits", Optional.ofNullable(call.limits()));
        fields.put("outputs", Optional.ofNullable(call.outputs()));
        fields.put("compile", Optional.ofNullable(call.compile()));
        fields.put("display", Optional.ofNullable(call.display()));
        fields.put("cases", Optional.ofNullable(call.cases()));
        for (var field : fields.entrySet()) {
            if (field.getValue().isPresent()) {
                throw invalid(field.getKey(), "%s is the function's; an invocation may have input or stdin, args, env, labels and webhook".formatted(field.getKey()));
            }
        }
        if (call.stdinEncoding() != null && call.stdin() == null) {
            throw invalid("stdinEncoding", "stdinEncoding requires stdin");
        }
        if (call.input() != null && call.stdin() != null) {
            throw invalid("input", "either input or stdin must be given; got both");
        }
    }

    private static SubmissionRequest called(SubmissionRequest function, SubmissionRequest call) throws RejectedException {
        Optional<String> input = input(call);
        Map<String, String> env = both(function.env(), call.env());
        input.filter(text -> text.getBytes(UTF_8).length <= MAX_VARIABLE_BYTES).ifPresent(text -> env.put(INPUT_VARIABLE, text));
        boolean ownStdin = input.isEmpty() && call.stdin() == null;
        return SubmissionRequestBuilder.builder(function)
                .args(call.args() == null ? function.args() : call.args())
                .env(env)
                .stdin(ownStdin ? function.stdin() : input.orElse(call.stdin()))
                .stdinEncoding(ownStdin ? function.stdinEncoding() : call.stdinEncoding())
                .labels(both(function.labels(), call.labels()))
                .webhook(call.webhook() == null ? function.webhook() : call.webhook())
                .build();
    }

    private static Optional<String> input(SubmissionRequest call) throws RejectedException {
        try {
            return call.input() == null ? Optional.empty() : Optional.of(Json.STRICT.writeValueAsString(call.input()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The call's take the place of the function's.
    private static Map<String, String> both(@Nullable Map<String, String> functions, @Nullable Map<String, String> calls) {
        Map<String, String> all = new LinkedHashMap<>();
        if (functions != null) {
            all.putAll(functions);
        }
        if (calls != null) {
            all.putAll(calls);
        }
        return all;
    }
}
