package dev.mayfly.http;

import dev.mayfly.build.BuildJob;
import dev.mayfly.wire.EventEncoder;
import java.util.List;

/// A build's log as events, a line each, and then how it ended.
final class BuildSource implements EventSource {
    private final BuildJob job;
    private final int after;
    private final Sending sending = new Sending();

    record Line(String line) {}

    /// @param after how many lines are known already
    BuildSource(BuildJob job, int after) {
        this.job = job;
        this.after = after;
    }

    @Override
    public String id() {
        return job.id();
    }

    @Override
    public void sendTo(EventEncoder.Receiver receiver) throws InterruptedException {
        sending.begin();
        try {
            int count = after;
            for (List<String> lines = job.linesAfter(count); !lines.isEmpty(); lines = job.linesAfter(count)) {
                for (String line : lines) {
                    receiver.event("log", ++count, new Line(line));
                }
            }
            receiver.event("ended", count + 1, BuildView.of(job));
        } finally {
            sending.end();
        }
    }

    @Override
    public void cancel() {
        sending.cancel();
    }

    @Override
    public void close() {
        // the build goes on without its readers
    }
}
