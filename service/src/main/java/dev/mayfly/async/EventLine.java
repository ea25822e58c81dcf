package dev.mayfly.async;

/// One event, as it was first sent.
///
/// @param data its JSON
public record EventLine(long id, String name, String data) {
    public boolean isLast() {
        return name.equals("outcome");
    }
}
