package dev.mayfly.cli;

import dev.mayfly.sandbox.OutputChunk;
import dev.mayfly.wire.SubmissionRequest;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.InputStream;

/// One place where a program can run: a service, or the engine embedded here.
interface Runner {
    /// Blocks until the end; input, output and signals pass meanwhile. Throws `CliException` when nothing ran.
    RunResult run(SubmissionRequest submission, InputStream stdin, Output output) throws InterruptedException;

    /// This process's input, for `run`.
    default InputStream stdin() {
        return new FileInputStream(FileDescriptor.in);
    }

    /// Sends a signal to the running program; nothing happens before its start.
    void signal(int number);

    interface Output {
        void accept(OutputChunk.Stream stream, byte[] bytes);
    }
}
