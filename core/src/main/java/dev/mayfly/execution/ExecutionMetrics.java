package dev.mayfly.execution;

import java.time.Duration;

/// What is worth counting. Runtime ids are few and ours, so that they may become tags.
public interface ExecutionMetrics {
    ExecutionMetrics NONE = new ExecutionMetrics() {
        @Override
        public void leased(String runtime, Duration wait, boolean warm) {}

        @Override
        public void rejected(RejectedException.Kind kind) {}

        @Override
        public void ended(Submission submission, ExecutionResult result) {}
    };

    void leased(String runtime, Duration wait, boolean warm);

    void rejected(RejectedException.Kind kind);

    void ended(Submission submission, ExecutionResult result);
}
