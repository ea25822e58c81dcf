package dev.mayfly.wire;

/// What an output event carries.
///
/// @param seq counts the events of one execution from 1, over both streams
/// @param atMs since the start of user code
public record EventView(long seq, double atMs, String data, String encoding) {
    /// The first event, before user code.
    public record Started(String id, String runtime) {}
}
