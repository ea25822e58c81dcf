package dev.mayfly.http.mcp;

/// Text that a model can take in: of a long one, the beginning and the end.
///
/// @param leftOut characters between the two
record Clipped(String text, int leftOut) {
    static final int MOST_CHARACTERS = 20_000;

    static Clipped of(String text) {
        if (text.length() <= MOST_CHARACTERS) {
            return new Clipped(text, 0);
        }
        int head = whole(text, MOST_CHARACTERS / 2);
        int tail = whole(text, text.length() - MOST_CHARACTERS / 2);
        int leftOut = tail - head;
        return new Clipped("%s%n[... %d characters left out ...]%n%s".formatted(text.substring(0, head), leftOut, text.substring(tail)), leftOut);
    }

    /// Not amid a pair of surrogates.
    private static int whole(String text, int at) {
        return Character.isLowSurrogate(text.charAt(at)) ? at + 1 : at;
    }
}
