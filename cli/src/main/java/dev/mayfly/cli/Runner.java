package dev.mayfly.cli;

import dev.mayfly.sandbox.OutputChunk;
import dev.mayfly.sandbox.WindowSize;
import dev.mayfly.wire.SubmissionRequest;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.InputStream;
import java.util.Optional;

/// One place where a program can run: a service, or the engine embedded here.
interface Runner {
    /// Blocks until the end; input, output and signals pass meanwhile. Throws `CliException` when nothing ran.
    ///
    /// @param terminal the size of the one that the program gets; empty for none
    RunResult run(SubmissionRequest submission, Optional<WindowSize> terminal, InputStream stdin, Output output) throws InterruptedException;

    /// The submission as JSON.
    static String json(SubmissionRequest submission, Optional<WindowSize> terminal) {
        String json = PlainJson.write(submission);
        // never empty
        return terminal.map(size -> "{\"tty\":{\"rows\":%d,\"cols\":%d},".formatted(size.rows(), size.cols()) + json.substring(1)).orElse(json);
    }

    /// This process's input, for `run`.
    default InputStream stdin() {
        return new FileInputStream(FileDescriptor.in);
    }

    /// Sends a signal to the running program; nothing happens before its start.
    void signal(int number);

    /// Gives the running program's terminal another size; nothing happens before its start.
    void resize(WindowSize size);

    interface Output {
        void accept(OutputChunk.Stream stream, byte[] bytes);

        /// The program is about to run.
        default void started() {}

        /// The compiler has ended, in a language that has one, and has written this.
        default void compiled(byte[] stdout, byte[] stderr) {}
    }
}
