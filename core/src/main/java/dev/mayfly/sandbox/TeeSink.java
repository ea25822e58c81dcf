package dev.mayfly.sandbox;

/// Gives everything to one sink and then to another.
public record TeeSink(OutputSink first, OutputSink second) implements OutputSink {
    @Override
    public void started() throws InterruptedException {
        first.started();
        second.started();
    }

    @Override
    public void compiled(Compilation compilation) throws InterruptedException {
        first.compiled(compilation);
        second.compiled(compilation);
    }

    @Override
    public void ended(CaseRun run) throws InterruptedException {
        first.ended(run);
        second.ended(run);
    }

    @Override
    public void accept(OutputChunk chunk) throws InterruptedException {
        first.accept(chunk);
        second.accept(chunk);
    }
}
