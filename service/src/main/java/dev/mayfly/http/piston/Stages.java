package dev.mayfly.http.piston;

import dev.mayfly.http.LiveProtocol;
import dev.mayfly.sandbox.Compilation;
import dev.mayfly.sandbox.Outcome;
import dev.mayfly.sandbox.OutputChunk;
import dev.mayfly.sandbox.OutputSink;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reports an execution's stages, `compile` where there is one and `run`, as Piston's WebSocket does. Not thread-safe.
final class Stages implements OutputSink {
    private final LiveProtocol.Sender sender;
    private final TextOutput text;
    private String stage = "run";

    /// @param compiled whether the first stage is `compile`
    Stages(LiveProtocol.Sender sender, boolean compiled) throws InterruptedException {
        this.sender = sender;
        text = new TextOutput((stream, data) -> sender.send(Map.of("type", "data", "stream", stream.name().toLowerCase(Locale.ROOT), "data", data)));
        begin(compiled ? "compile" : "run");
    }

    /// Missing values are null: the client looks for them.
    private record Exit(String type, String stage, @Nullable Integer code, @Nullable String signal) {}

    private void begin(String next) throws InterruptedException {
        stage = next;
        sender.send(Map.of("type", "stage", "stage", stage));
    }

    @Override
    public void accept(OutputChunk chunk) throws InterruptedException {
        text.accept(chunk.stream(), chunk.bytes());
    }

    @Override
    public void compiled(Compilation compilation) throws InterruptedException {
        text.accept(OutputChunk.Stream.STDOUT, compilation.stdout());
        text.accept(OutputChunk.Stream.STDERR, compilation.stderr());
        ended(compilation.succeeded() ? compilation.run().outcome() : new Outcome.CompileFailed(compilation.run().outcome()));
        if (compilation.succeeded()) {
            begin("run");
        }
    }

    /// The present stage.
    void ended(Outcome outcome) throws InterruptedException {
        text.end();
        Ending ending = Ending.of(outcome);
        sender.send(new Exit("exit", stage, ending.code(), ending.signal()));
    }
}
