package dev.mayfly.execution;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mayfly.pool.Lane;
import dev.mayfly.runtime.LanguageRuntime;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.PreparedProgram;
import dev.mayfly.sandbox.Sandbox;
import dev.mayfly.sandbox.SandboxEngine;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.SandboxRun;
import dev.mayfly.sandbox.SandboxSpec;
import dev.mayfly.sandbox.Stdin;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What an image must do before it serves: its runtime's hello, in a sandbox.
public record Greeting(SandboxEngine engine) {
    /// Throws `SandboxException`, with what the hello did instead, where the image does not work.
    public void run(LanguageRuntime runtime, SandboxSpec spec) throws SandboxException, InterruptedException {
        Preparation hello = hello(runtime);
        PreparedProgram program = hello.program();
        if (hello.compile().isPresent()) {
            var said = new CollectedOutput();
            SandboxRun compiled = run(runtime, spec, hello.compile().get(), said);
            if (!compiled.outcome().equals(new Outcome.Exited(0))) {
                throw new SandboxException("its hello does not compile (%s): %s".formatted(compiled.outcome(), new String(said.stderr(), UTF_8)), true);
            }
            program = hello.compiled(compiled.files());
        }
        var printed = new CollectedOutput();
        Outcome outcome = run(runtime, spec, program, printed).outcome();
        String actual = new String(printed.stdout(), UTF_8);
        if (!outcome.equals(new Outcome.Exited(0)) || !actual.equals(runtime.hello().stdout())) {
            throw new SandboxException("its hello ended with %s and printed %s; %s".formatted(outcome, actual, new String(printed.stderr(), UTF_8)), true);
        }
    }

    private static Preparation hello(LanguageRuntime runtime) throws SandboxException {
        var program = new Program(
                Optional.of(runtime.hello().code().getBytes(UTF_8)), List.of(), Optional.empty(), List.of(), Map.of(), Stdin.EMPTY, List.of());
        try {
            return Preparation.of(new Submission("hello", Submission.DEFAULT_TENANT, Lane.INTERACTIVE, Optional.of(runtime.id()), program, Map.of()), runtime);
        } catch (RejectedException e) {
            throw new SandboxException("its hello cannot be run: " + e.detail(), e);
        }
    }

    private SandboxRun run(LanguageRuntime runtime, SandboxSpec spec, PreparedProgram program, CollectedOutput output) throws SandboxException, InterruptedException {
        try (Sandbox sandbox = engine.create(spec.withLimits(runtime.allSandboxChanges(program.limits())))) {
            return sandbox.run(program, output);
        }
    }
}
