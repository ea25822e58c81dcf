package dev.mayfly.wire;

/// What an output event carries.
///
/// @param seq counts the events of one execution from 1, over both streams
/// @param atMs since the start of user code
public record EventView(long seq, double atMs, String data, String encoding) {
    /// The first event, before user code.
    ///
    /// @param attempt from 1; a higher one means that Mayfly itself failed meanwhile, the program was started again,
    ///     and what came before is void
    public record Started(String id, String runtime, int attempt) {
        public Started(String id, String runtime) {
            this(id, runtime, 1);
        }
    }
}
