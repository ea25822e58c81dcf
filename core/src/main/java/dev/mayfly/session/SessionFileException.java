package dev.mayfly.session;

/// What was asked for with a file of a session cannot be done.
public final class SessionFileException extends Exception {
    private static final long serialVersionUID = 1;

    public enum Reason {
        NOT_FOUND,
        EXISTS,
        FORBIDDEN,
        /// A folder where a file is needed, or the other way round.
        WRONG_KIND,
        NO_SPACE,
        TOO_LARGE,
        /// The host has no more of what it needs, which all sandboxes share.
        EXHAUSTED,
        OTHER;

        /// @param error as Linux numbers it
        static Reason of(int error) {
            return switch (error) {
                case 2 -> NOT_FOUND; // ENOENT
                case 17 -> EXISTS; // EEXIST
                case 1, 13, 30 -> FORBIDDEN; // EPERM, EACCES, EROFS
                case 20, 21, 22, 39 -> WRONG_KIND; // ENOTDIR, EISDIR, EINVAL, ENOTEMPTY
                case 23, 24 -> EXHAUSTED; // ENFILE, EMFILE
                case 28, 122 -> NO_SPACE; // ENOSPC, EDQUOT
                default -> OTHER;
            };
        }
    }

    private final Reason reason;

    SessionFileException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
