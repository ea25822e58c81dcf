package dev.mayfly.sandbox;

/// A file that the program left and the submission asked for.
public record OutputFile(String path, byte[] content) {
    /// A file that was asked for and cannot be brought back.
    ///
    /// @param reason `link`, `not a regular file`, `sparse`, `too many files`, `too large`, `too deep` or `unreadable`
    public record Skipped(String path, String reason) {}
}
