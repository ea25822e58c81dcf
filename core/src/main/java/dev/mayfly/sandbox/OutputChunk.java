package dev.mayfly.sandbox;

import java.time.Duration;

/// Some bytes that the program wrote, in the order in which it wrote them over both streams.
///
/// @param sequence counts the chunks of one execution from 1
/// @param elapsed time since the start of user code
/// @param bytes never changed after construction; may split a character
public record OutputChunk(Stream stream, long sequence, Duration elapsed, byte[] bytes) {
    public enum Stream {
        STDOUT,
        STDERR
    }
}
