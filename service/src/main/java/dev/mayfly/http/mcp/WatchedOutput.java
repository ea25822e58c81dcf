package dev.mayfly.http.mcp;

import dev.mayfly.execution.CollectedOutput;
import dev.mayfly.sandbox.CaseRun;
import dev.mayfly.sandbox.Compilation;
import dev.mayfly.sandbox.OutputChunk;
import dev.mayfly.sandbox.OutputSink;

/// A program's output, which is collected while it is watched.
record WatchedOutput(CollectedOutput output, OutputSink watcher) implements OutputSink {
    @Override
    public void accept(OutputChunk chunk) throws InterruptedException {
        output.accept(chunk);
        watcher.accept(chunk);
    }

    @Override
    public void started() throws InterruptedException {
        watcher.started();
    }

    @Override
    public void compiled(Compilation compilation) throws InterruptedException {
        watcher.compiled(compilation);
    }

    @Override
    public void ended(CaseRun run) throws InterruptedException {
        watcher.ended(run);
    }
}
