package dev.mayfly.session;

import dev.mayfly.session.SessionEnd.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/// How long a session has been used, and when it has to end. Thread-safe.
final class Lifetime {
    private final InstantSource clock;
    private final Instant begun;
    private Instant latest;
    private final Duration idle;
    private Instant endsAt;
    private Reason whenOver = Reason.EXPIRED;
    private Instant lastUsed;
    private int uses;

    /// @param longest until it ends, however often that is put off
    Lifetime(InstantSource clock, Duration time, Duration idle, Duration longest) {
        this.clock = clock;
        this.idle = idle;
        begun = clock.instant();
        lastUsed = begun;
        latest = begun.plus(longest);
        endsAt = begun.plus(time);
    }

    Instant begun() {
        return begun;
    }

    Duration idle() {
        return idle;
    }

    synchronized Instant endsAt() {
        return endsAt;
    }

    synchronized void begin() {
        uses++;
    }

    synchronized void end() {
        uses--;
        lastUsed = clock.instant();
    }

    synchronized Instant endIn(Duration left) {
        Instant wanted = clock.instant().plus(left);
        lastUsed = clock.instant();
        endsAt = wanted.isAfter(latest) ? latest : wanted;
        return endsAt;
    }

    /// The service stops: it ends at this moment at the latest.
    synchronized void endBy(Instant stop) {
        if (endsAt.isAfter(stop)) {
            endsAt = stop;
            whenOver = Reason.SHUTDOWN;
        }
        latest = latest.isAfter(stop) ? stop : latest;
    }

    /// Why it has to end now, if it has.
    synchronized Optional<Reason> due() {
        Instant now = clock.instant();
        if (!now.isBefore(endsAt)) {
            return Optional.of(whenOver);
        }
        return uses == 0 && !now.isBefore(lastUsed.plus(idle)) ? Optional.of(Reason.IDLE) : Optional.empty();
    }
}
