package dev.mayfly.sandbox;

/// A file of the program. The content is shared, never copied and never changed.
///
/// @param executable whether it can be started as a program
public record SourceFile(String path, byte[] content, boolean executable) {
    public SourceFile(String path, byte[] content) {
        this(path, content, false);
    }
}
