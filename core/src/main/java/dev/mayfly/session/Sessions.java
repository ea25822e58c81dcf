package dev.mayfly.session;

import dev.mayfly.execution.Dispatcher;
import dev.mayfly.execution.ExecutionId;
import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.Holding;
import dev.mayfly.execution.Program;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.RejectedException.Kind;
import dev.mayfly.execution.Submission;
import dev.mayfly.pool.Lane;
import dev.mayfly.sandbox.RareWarning;
import dev.mayfly.sandbox.SandboxException;
import dev.mayfly.sandbox.Stdin;
import dev.mayfly.session.SessionEnd.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// The sessions of this replica. Thread-safe.
public final class Sessions implements AutoCloseable {
    private static final Duration SWEEP = Duration.ofSeconds(1);
    private static final Duration RETRY_SOON = Duration.ofSeconds(1);
    private static final Duration MIN_TIME = Duration.ofSeconds(1);
    private static final int MOST_SANDBOXES = 4;
    private static final int REMEMBERED = 1000;
    static final int ID_LENGTH = 26;

    private final Dispatcher dispatcher;
    private final SessionSettings settings;
    private final HeapBudget heap;
    private final InstantSource clock;
    private final Map<String, Session> live = new ConcurrentHashMap<>();
    private final Map<String, Past> ended = new LinkedHashMap<>();
    private final List<String> opening = new ArrayList<>();
    private final Thread sweeper;
    private boolean closed;

    /// All that is kept of one that has ended.
    private record Past(String tenant, SessionEnd end) {}

    public Sessions(Dispatcher dispatcher, SessionSettings settings, HeapBudget heap, InstantSource clock) {
        this.dispatcher = dispatcher;
        this.settings = settings;
        this.heap = heap;
        this.clock = clock;
        sweeper = Thread.ofVirtual().name("sessions").start(this::sweepAgainAndAgain);
    }

    public SessionSettings settings() {
        return settings;
    }

    /// Blocks for a sandbox at most as long as the patience.
    ///
    /// @throws RejectedException the request is not valid, or no sandbox is free for it now
    public Session open(SessionRequest request, Duration patience) throws RejectedException, InterruptedException {
        checkTimes(request);
        enter(request.tenant());
        try {
            for (int sandbox = 1; ; sandbox++) {
                Session session = begun(request, dispatcher.hold(submission(request), patience), sandbox >= MOST_SANDBOXES);
                if (session.ended().isEmpty()) {
                    return session;
                }
            }
        } finally {
            leave(request.tenant());
        }
    }

    private Session begun(SessionRequest request, Holding holding, boolean isLast) throws RejectedException, InterruptedException {
        String id = ExecutionId.next() + "-" + settings.replica();
        var session = new Session(id, request, holding, settings, heap, clock, () -> gone(id));
        boolean done = false;
        try {
            session.begin();
            live.put(id, session);
            done = session.ended().isEmpty();
            if (!done) {
                throw new SandboxException("it ended as soon as it had begun", false);
            }
            return session;
        } catch (SandboxException e) {
            RareWarning.ENGINE.warn("session={0} moves to another sandbox: {1}", id, e.getMessage());
            if (isLast) {
                throw RejectedException.forNow(Kind.RUNTIME_UNAVAILABLE, "no sandbox could be held: " + e.getMessage(), RETRY_SOON);
            }
            return session;
        } finally {
            if (!done) {
                session.close(Reason.FAILED);
                live.remove(id);
            }
        }
    }

    private void checkTimes(SessionRequest request) throws RejectedException {
        check("ttlSeconds", request.time());
        check("idleSeconds", request.idle());
    }

    private void check(String field, Optional<Duration> time) throws RejectedException {
        if (time.isPresent() && (time.get().compareTo(MIN_TIME) < 0 || time.get().compareTo(settings.maxTime()) > 0)) {
            throw RejectedException.invalid(field, "%s must be between %d and %d; got %d".formatted(field, MIN_TIME.toSeconds(), settings.maxTime().toSeconds(), time.get().toSeconds()));
        }
    }

    private static Submission submission(SessionRequest request) {
        var program = new Program(Optional.empty(), request.files(), Optional.empty(), List.of(), request.env(), Stdin.EMPTY, List.of());
        return new Submission(ExecutionId.next(), request.tenant(), Lane.INTERACTIVE, request.runtime(), program, request.limits());
    }

    private synchronized void enter(String tenant) throws RejectedException {
        if (closed) {
            throw RejectedException.forNow(Kind.DRAINING, "the service is shutting down", RETRY_SOON);
        }
        if (live.size() + opening.size() >= settings.most()) {
            throw RejectedException.forNow(Kind.AT_CAPACITY, "there are %d sessions already".formatted(settings.most()), RETRY_SOON);
        }
        long its = live.values().stream().filter(session -> session.tenant().equals(tenant)).count() + opening.stream().filter(tenant::equals).count();
        if (its >= settings.mostOfTenant()) {
            throw RejectedException.forNow(Kind.QUOTA_EXCEEDED, "the tenant already has %d sessions".formatted(settings.mostOfTenant()), RETRY_SOON);
        }
        opening.add(tenant);
    }

    private synchronized void leave(String tenant) {
        opening.remove(tenant);
    }

    private synchronized void gone(String id) {
        Session session = live.remove(id);
        if (session != null) {
            session.ended().ifPresent(end -> ended.put(id, new Past(session.tenant(), end)));
            ended.keySet().stream().findFirst().filter(oldest -> ended.size() > REMEMBERED).ifPresent(ended::remove);
        }
    }

    /// Of this tenant, while it is there.
    public Optional<Session> find(String tenant, String id) {
        return Optional.ofNullable(live.get(id)).filter(session -> session.tenant().equals(tenant));
    }

    /// Why this tenant's session is no more, if there was one not long ago.
    public synchronized Optional<SessionEnd> past(String tenant, String id) {
        return Optional.ofNullable(ended.get(id)).filter(past -> past.tenant().equals(tenant)).map(Past::end);
    }

    /// The replica that an id is of, where it is not this one.
    public Optional<String> otherReplica(String id) {
        boolean isOther = id.length() > ID_LENGTH + 1 && id.charAt(ID_LENGTH) == '-' && !id.substring(ID_LENGTH + 1).equals(settings.replica());
        return isOther ? Optional.of(id.substring(ID_LENGTH + 1)) : Optional.empty();
    }

    /// The tenant's, the oldest first.
    public List<Session> all(String tenant) {
        return live.values().stream().filter(session -> session.tenant().equals(tenant)).sorted(Comparator.comparing(Session::id)).toList();
    }

    public int count() {
        return live.size();
    }

    private void sweepAgainAndAgain() {
        try {
            while (true) {
                TimeUnit.NANOSECONDS.sleep(SWEEP.toNanos());
                sweep();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the service stops
        }
    }

    /// Ends those whose time is over.
    void sweep() {
        live.values().forEach(session -> session.lifetime().due().ifPresent(reason -> Thread.ofVirtual().name("close").start(() -> session.close(reason)))); // one that is stuck holds up no other
    }

    /// Takes no more sessions; those that there are end in this time at the latest, and say so.
    public void drain(Duration patience) {
        synchronized (this) {
            closed = true;
        }
        Instant latest = clock.instant().plus(patience);
        live.values().forEach(session -> session.lifetime().endBy(latest));
    }

    /// Ends all.
    @Override
    public void close() {
        drain(Duration.ZERO);
        sweeper.interrupt();
        live.values().forEach(session -> session.close(Reason.SHUTDOWN));
    }
}
