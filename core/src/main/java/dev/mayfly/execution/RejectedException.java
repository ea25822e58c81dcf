package dev.mayfly.execution;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/// Not admitted; nothing ran.
public final class RejectedException extends Exception {
    private static final long serialVersionUID = 1;

    public enum Kind {
        INVALID_SUBMISSION,
        UNKNOWN_RUNTIME,
        LIMIT_OVER_CEILING,
        /// The tenant has used up what it may.
        QUOTA_EXCEEDED,
        /// The function has as many executions as it may have at the same time.
        FUNCTION_BUSY,
        AT_CAPACITY,
        ENGINE_UNAVAILABLE,
        /// The idempotency key belongs to another request.
        KEY_REUSED,
        /// No function of the tenant has this name, or it has no such version.
        UNKNOWN_FUNCTION,
        /// The function needs a secret that its tenant does not have.
        MISSING_SECRET,
        /// This service cannot read the secrets that the function needs; another replica may.
        SECRETS_UNAVAILABLE,
        /// What would be accepted could not be kept.
        STORE_FULL,
        /// What the submission names cannot be read now.
        STORE_UNAVAILABLE,
        /// The engine works, but no sandbox of this runtime starts.
        RUNTIME_UNAVAILABLE,
        DRAINING;

        /// The last part of its problem's type.
        public String wireName() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final Kind kind;
    private final String field;
    private final Duration retryAfter;

    private RejectedException(Kind kind, String field, String detail, Duration retryAfter) {
        super(detail);
        this.kind = kind;
        this.field = field;
        this.retryAfter = retryAfter;
    }

    /// The submission itself is at fault; `field` is its path in the JSON, as `files[1].path`.
    public static RejectedException because(Kind kind, String field, String detail) {
        return new RejectedException(kind, field, detail, Duration.ZERO);
    }

    /// The submission is fine and may come again.
    public static RejectedException forNow(Kind kind, String detail, Duration retryAfter) {
        return new RejectedException(kind, "", detail, retryAfter);
    }

    public static RejectedException invalid(String field, String detail) {
        return because(Kind.INVALID_SUBMISSION, field, detail);
    }

    public Kind kind() {
        return kind;
    }

    public Optional<String> field() {
        return field.isEmpty() ? Optional.empty() : Optional.of(field);
    }

    /// When another try makes sense; empty when none does.
    public Optional<Duration> retryAfter() {
        return retryAfter.isPositive() ? Optional.of(retryAfter) : Optional.empty();
    }

    /// The same in whole seconds, rounded up, as doors report it.
    public Optional<Long> retryAfterSeconds() {
        return retryAfter().map(pause -> pause.plusNanos(999_999_999).toSeconds());
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
