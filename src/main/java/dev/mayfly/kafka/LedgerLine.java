package dev.mayfly.kafka;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.nio.ByteBuffer;
import java.util.Locale;

/// One line of the ledger: how the submission at an offset ended. As text: `result 1234 9f86d081884c7d65`, keyed by the id.
///
/// @param offset of the submission
/// @param hasResult whether its id now has a result
/// @param content fingerprint of the submission, by which a duplicate is told from another job under the same id
record LedgerLine(long offset, boolean hasResult, long content) {
    byte[] encoded() {
        return "%s %d %016x".formatted(hasResult ? "result" : "other", offset, content).getBytes(StandardCharsets.US_ASCII);
    }

    static LedgerLine decode(byte[] value) {
        String[] words = new String(value, StandardCharsets.US_ASCII).split(" ", -1);
        return new LedgerLine(Long.parseLong(words[1]), words[0].equals("result"), Long.parseUnsignedLong(words[2], 16));
    }

    /// The first 64 bits of the SHA-256.
    static long fingerprint(byte[] bytes) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(bytes)).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    static long fingerprint(String text) {
        return fingerprint(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%d %s", offset, hasResult);
    }
}
