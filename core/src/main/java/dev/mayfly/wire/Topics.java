package dev.mayfly.wire;

/// The names of Kafka's topics; all begin alike.
public record Topics(String prefix) {
    public String submissions() {
        return prefix + ".submissions";
    }

    public String outcomes() {
        return prefix + ".outcomes";
    }

    public String deadLetters() {
        return prefix + ".submissions.dead-letter";
    }

    /// One line for each submission that has ended, in the same partition as the submission.
    public String ledger() {
        return prefix + ".submissions.ledger";
    }
}
