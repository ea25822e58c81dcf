package dev.mayfly.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Standard output that does not fail in silence, as `System.out` does.
final class StandardOutput extends FilterOutputStream {
    private static final int BROKEN_PIPE = 141;
    private volatile @Nullable IOException failure;

    private StandardOutput(OutputStream out) {
        super(out);
    }

    /// Puts it in the place of `System.out`.
    static StandardOutput watch() {
        var watched = new StandardOutput(new FileOutputStream(FileDescriptor.out));
        System.setOut(new PrintStream(new BufferedOutputStream(watched), false, System.out.charset()));
        return watched;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    /// The command's exit code, which is another one when what it printed did not arrive.
    int exitCode(int otherwise) {
        System.out.flush();
        IOException failed = failure;
        return failed == null ? otherwise : failed(failed);
    }

    /// A reader that has left is nothing to speak of; all else is reported, and is the exit code.
    static int failed(IOException cause) {
        if (isPipe()) {
            return BROKEN_PIPE;
        }
        System.err.println("mayfly: the output cannot be written: " + cause.getMessage());
        return CliException.OUR_FAULT;
    }

    private static boolean isPipe() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
            return target.startsWith("pipe:") || target.startsWith("socket:");
        } catch (IOException e) {
            return false;
        }
    }
}
