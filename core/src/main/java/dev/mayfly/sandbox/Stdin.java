package dev.mayfly.sandbox;

import java.io.InputStream;
import java.time.Duration;

/// The program's standard input. Its end is the end of the bytes or of the stream.
public sealed interface Stdin {
    Stdin EMPTY = new Bytes(new byte[0]);

    /// All of it, known before the start.
    record Bytes(byte[] content) implements Stdin {}

    /// Read while the program runs, never further ahead than the sandbox's window. Its maker closes it.
    record Live(InputStream stream) implements Stdin {}

    /// As `Live`, typed at a terminal: the program's input, output and errors are one, and all that it writes comes as
    /// its output.
    ///
    /// @param size at the start
    /// @param maxIdle how long nothing may be typed and nothing shown
    record Terminal(InputStream stream, WindowSize size, Duration maxIdle) implements Stdin {}
}
