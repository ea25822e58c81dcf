package dev.mayfly.http.piston;

import dev.mayfly.execution.ExecutionId;
import dev.mayfly.execution.Program;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.Submission;
import dev.mayfly.http.Caller;
import dev.mayfly.http.LiveInput;
import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.sandbox.SourceFile;
import dev.mayfly.sandbox.Stdin;
import dev.mayfly.wire.Json;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Makes submissions of what Piston's clients send. Thread-safe.
@Singleton
public class Submissions {
    private final Languages languages;
    private final Caller caller;

    public Submissions(Languages languages, Caller caller) {
        this.languages = languages;
        this.caller = caller;
    }

    Submission read(byte[] json) throws RejectedException {
        ExecuteRequest request = Json.read(json, ExecuteRequest.class);
        return submission(request, new Stdin.Bytes(request.input()));
    }

    /// @param input to which what the request has of it is typed first
    Submission read(byte[] json, LiveInput input) throws RejectedException {
        ExecuteRequest request = Json.read(json, ExecuteRequest.class);
        input.offer(request.input(), () -> {});
        return submission(request, new Stdin.Live(input));
    }

    private Submission submission(ExecuteRequest request, Stdin stdin) throws RejectedException {
        String tenant = caller.tenant();
        LanguageRuntime runtime = languages.find(request.requiredLanguage(), request.requiredVersion(), tenant);
        List<SourceFile> files = request.sources(runtime);
        var program = new Program(Optional.empty(), files, Optional.of(files.getFirst().path()), request.words(), Map.of(), stdin, List.of());
        return Submission.awaited(ExecutionId.next(), tenant, runtime.id(), program, request.limits(runtime));
    }
}
