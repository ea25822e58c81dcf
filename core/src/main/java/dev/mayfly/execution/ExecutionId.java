package dev.mayfly.execution;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.regex.Pattern;

/// Ids that sort by time and cannot be guessed: 48 bits of milliseconds and 80 random bits in Crockford's base 32 (a
/// ULID, https://github.com/ulid/spec).
public final class ExecutionId {
    private static final char[] DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();
    private static final Pattern ID = Pattern.compile("[0-9A-HJKMNP-TV-Z]{26}");
    private static final int TIME_DIGITS = 10;
    private static final int RANDOM_DIGITS = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private ExecutionId() {}

    public static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    public static String next() {
        char[] id = first(Instant.now()).toCharArray();
        byte[] random = new byte[RANDOM_DIGITS];
        RANDOM.nextBytes(random);
        for (int i = 0; i < RANDOM_DIGITS; i++) {
            id[TIME_DIGITS + i] = DIGITS[random[i] & 31];
        }
        return new String(id);
    }

    /// The lowest id that could be made at a time: those from then on are not below it.
    public static String first(Instant time) {
        char[] id = new char[TIME_DIGITS + RANDOM_DIGITS];
        Arrays.fill(id, DIGITS[0]);
        long millis = time.toEpochMilli();
        for (int i = TIME_DIGITS - 1; i >= 0; i--) {
            id[i] = DIGITS[(int) (millis & 31)];
            millis >>>= 5;
        }
        return new String(id);
    }
}
