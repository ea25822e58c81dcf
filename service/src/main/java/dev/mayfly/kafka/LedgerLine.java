package dev.mayfly.kafka;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One line of the ledger: how the submission at an offset ended. As text: `result 1234 9f86d081884c7d65`, keyed by
/// the id.
///
/// @param offset of the submission
/// @param hasResult whether its id now has a result
/// @param content fingerprint of the submission, by which a duplicate is distinguished from another submission under
///     the same id
record LedgerLine(long offset, boolean hasResult, long content) {
    private static final Pattern LINE = Pattern.compile("(result|other) ([0-9]{1,18}) ([0-9a-f]{16})");

    byte[] encoded() {
        return "%s %d %016x".formatted(hasResult ? "result" : "other", offset, content).getBytes(StandardCharsets.US_ASCII);
    }

    /// Empty for what is no line of ours.
    static Optional<LedgerLine> decode(byte @Nullable [] value) {
        Matcher words = LINE.matcher(value == null ? "" : new String(value, StandardCharsets.US_ASCII));
        return words.matches()
                ? Optional.of(new LedgerLine(Long.parseLong(words.group(2)), words.group(1).equals("result"), Long.parseUnsignedLong(words.group(3), 16)))
                : Optional.empty();
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
}
