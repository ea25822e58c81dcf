package dev.mayfly.oci;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The host's users and groups that sandboxes are given, 65,536 each; none of them may be anybody's on the host.
///
/// @param first 0: sandboxes have the host's own users
/// @param end the one behind the last
public record UserRange(long first, long end) {
    /// Nobody else's by https://systemd.io/UIDS-GIDS/, and enough for 4,096 sandboxes.
    public static final UserRange DEFAULT = new UserRange(0x7000_0000L, 0x8000_0000L);
    public static final UserRange NONE = new UserRange(0, 0);

    static final long FOR_EACH = 65_536;
    private static final String NO_RANGE = "none";
    private static final long LAST_USER = 0xFFFF_FFFEL;
    private static final long BLOCK = 64 * FOR_EACH;
    private static final Pattern TEXT = Pattern.compile("(\\d{1,10})-(\\d{1,10})");

    public UserRange {
        if ((first != 0 || end != 0) && (first < FOR_EACH || end > LAST_USER || end - first < BLOCK)) {
            throw new IllegalArgumentException("host users must be between %d and %d, and at least %d; got %d-%d".formatted(FOR_EACH, LAST_USER, BLOCK, first, end - 1));
        }
    }

    /// @param text `FIRST-LAST`, or `none`
    public static UserRange parse(String text) {
        if (text.equals(NO_RANGE)) {
            return NONE;
        }
        Matcher range = TEXT.matcher(text);
        if (!range.matches()) {
            throw new IllegalArgumentException("host users must be FIRST-LAST or none; got " + text);
        }
        return new UserRange(Long.parseLong(range.group(1)), Long.parseLong(range.group(2)) + 1);
    }
}
