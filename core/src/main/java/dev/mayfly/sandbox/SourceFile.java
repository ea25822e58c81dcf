package dev.mayfly.sandbox;

/// A file of the program. The content is shared, never copied and never changed.
public record SourceFile(String path, byte[] content) {}
