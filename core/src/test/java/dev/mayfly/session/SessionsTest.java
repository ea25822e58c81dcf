package dev.mayfly.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.execution.Dispatcher;
import dev.mayfly.execution.ExecutionMetrics;
import dev.mayfly.execution.HeapBudget;
import dev.mayfly.execution.Quota;
import dev.mayfly.execution.Quotas;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.RejectedException.Kind;
import dev.mayfly.execution.ServedRuntimes;
import dev.mayfly.pool.PoolSettings;
import dev.mayfly.pool.WarmBounds;
import dev.mayfly.pool.WarmPool;
import dev.mayfly.sandbox.LimitAxis;
import dev.mayfly.session.SessionEnd.Reason;
import dev.mayfly.testing.FakeEngine;
import dev.mayfly.testing.TestEngine;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// When sessions begin and end, and how many there may be.
class SessionsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private final FakeEngine engine = new FakeEngine();
    private final WarmPool pool = new WarmPool(engine, new PoolSettings(8, 64L << 30, 8, 2, Duration.ofMinutes(1)));
    private final InstantSource clock = now::get;
    private final Sessions sessions;

    SessionsTest() throws Exception {
        sessions = sessions(Quotas.none());
    }

    private Sessions sessions(Quotas quotas) throws Exception {
        var runtimes = new ServedRuntimes(TestEngine.RUNTIMES, engine, pool, new WarmBounds(0, 2));
        runtimes.trust(TestEngine.runtime("bash"));
        var dispatcher = new Dispatcher(runtimes, pool, "fake", ExecutionMetrics.NONE, quotas, 1);
        var settings = new SessionSettings("here", 4, 3, Duration.ofMinutes(10), Duration.ofHours(1), Duration.ofMinutes(5), Duration.ofSeconds(2), 1 << 20);
        return new Sessions(dispatcher, settings, new HeapBudget(Duration.ZERO), clock);
    }

    @AfterEach
    void nothingIsLeft() {
        sessions.close();
        pool.close();
        assertThat(engine.alive()).isEmpty();
    }

    private static SessionRequest request(String tenant, Optional<Duration> time, Optional<Duration> idle) {
        return new SessionRequest(tenant, Optional.of("bash"), Map.of(), Map.of(), List.of(), time, idle, Map.of());
    }

    private Session open(String tenant) throws Exception {
        return sessions.open(request(tenant, Optional.empty(), Optional.empty()), PATIENCE);
    }

    private void pass(Duration time) {
        now.updateAndGet(before -> before.plus(time));
        sessions.sweep();
    }

    private static Optional<Reason> reason(Session session) {
        return session.ended().map(SessionEnd::reason);
    }

    private static void ends(Session session, Reason reason) {
        Awaitility.await().atMost(PATIENCE.toSeconds(), TimeUnit.SECONDS).until(() -> reason(session).isPresent());
        assertThat(reason(session)).contains(reason);
    }

    @Test
    void sessionEndsWhenItsTimeIsOver() throws Exception {
        Session session = open("a");
        Session.Use use = session.use(); // it is never idle
        pass(Duration.ofMinutes(10).minusMillis(1));
        assertThat(reason(session)).isEmpty();
        pass(Duration.ofMillis(1));
        ends(session, Reason.EXPIRED);
        use.close();
        assertThatThrownBy(session::use).isInstanceOf(SessionEndedException.class).hasMessageContaining("its time is over");
    }

    @Test
    void sessionEndsWhenNothingHappensInItButNotWhileSomethingDoes() throws Exception {
        Session session = sessions.open(request("a", Optional.of(Duration.ofHours(1)), Optional.empty()), PATIENCE);
        try (Session.Use _ = session.use()) {
            pass(Duration.ofMinutes(6));
            assertThat(reason(session)).isEmpty();
        }
        pass(Duration.ofMinutes(5).minusMillis(1));
        assertThat(reason(session)).isEmpty();
        pass(Duration.ofMillis(1));
        ends(session, Reason.IDLE);
    }

    @Test
    void endIsPutOffUpToTheLongestTime() throws Exception {
        Session session = open("a");
        Session.Use use = session.use();
        assertThat(session.endIn(Duration.ofMinutes(30))).isEqualTo(now.get().plus(Duration.ofMinutes(30)));
        pass(Duration.ofMinutes(29));
        assertThat(session.endIn(Duration.ofHours(1))).isEqualTo(session.begun().plus(Duration.ofHours(1)));
        pass(Duration.ofMinutes(31));
        ends(session, Reason.EXPIRED);
        use.close();
    }

    @Test
    void timesOutOfTheirBoundsAreRefused() {
        for (Duration wrong : List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofHours(2))) {
            assertThatThrownBy(() -> sessions.open(request("a", Optional.of(wrong), Optional.empty()), PATIENCE))
                    .isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.field()).contains("ttlSeconds"));
            assertThatThrownBy(() -> sessions.open(request("a", Optional.empty(), Optional.of(wrong)), PATIENCE))
                    .isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.field()).contains("idleSeconds"));
        }
        assertThat(engine.alive()).isEmpty();
    }

    @Test
    void thereAreOnlySoManyOfATenantAndOfAll() throws Exception {
        for (int i = 0; i < 3; i++) {
            open("a");
        }
        assertThatThrownBy(() -> open("a")).isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.kind()).isEqualTo(Kind.QUOTA_EXCEEDED));
        Session last = open("b");
        assertThatThrownBy(() -> open("b")).isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.kind()).isEqualTo(Kind.AT_CAPACITY));
        last.close(Reason.CLOSED);
        assertThat(open("b").ended()).isEmpty();
    }

    @Test
    void sessionTakesAPlaceOfItsTenantsQuotaUntilItEnds() throws Exception {
        try (Sessions few = sessions(new Quotas(tenant -> new Quota(Optional.empty(), Optional.of(1), Optional.empty()), InstantSource.system()))) {
            Session session = few.open(request("a", Optional.empty(), Optional.empty()), PATIENCE);
            assertThatThrownBy(() -> few.open(request("a", Optional.empty(), Optional.empty()), PATIENCE))
                    .isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.kind()).isEqualTo(Kind.QUOTA_EXCEEDED));
            session.close(Reason.CLOSED);
            assertThat(few.open(request("a", Optional.empty(), Optional.empty()), PATIENCE).ended()).isEmpty();
        }
    }

    @Test
    void onlyItsTenantFindsIt() throws Exception {
        Session session = open("a");
        assertThat(sessions.find("a", session.id())).contains(session);
        assertThat(sessions.find("b", session.id())).isEmpty();
        assertThat(sessions.all("b")).isEmpty();
        assertThat(sessions.all("a")).containsExactly(session);
        session.close(Reason.CLOSED);
        assertThat(sessions.find("a", session.id())).isEmpty();
        assertThat(sessions.past("a", session.id()).map(SessionEnd::reason)).contains(Reason.CLOSED);
        assertThat(sessions.past("b", session.id())).isEmpty();
        assertThat(sessions.all("a")).isEmpty();
    }

    @Test
    void idNamesItsReplica() throws Exception {
        Session session = open("a");
        assertThat(sessions.otherReplica(session.id())).isEmpty();
        assertThat(sessions.otherReplica(session.id().replace("-here", "-there"))).contains("there");
        assertThat(sessions.otherReplica("something")).isEmpty();
    }

    @Test
    void sandboxIsDestroyedWhenTheSessionEnds() throws Exception {
        Session session = open("a");
        assertThat(engine.alive()).hasSize(1);
        session.close(Reason.CLOSED);
        session.close(Reason.IDLE);
        assertThat(reason(session)).contains(Reason.CLOSED);
        Awaitility.await().atMost(PATIENCE.toSeconds(), TimeUnit.SECONDS).until(() -> engine.alive().isEmpty());
    }

    @Test
    void sessionMovesToAnotherSandboxWhenTheFirstOneBreaks() throws Exception {
        engine.breakNextRuns(2);
        Session session = open("a");
        assertThat(session.ended()).isEmpty();
        assertThat(sessions.all("a")).containsExactly(session);
        engine.breakNextRuns(4);
        assertThatThrownBy(() -> open("a")).isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.kind()).isEqualTo(Kind.RUNTIME_UNAVAILABLE));
        engine.breakNextRuns(0);
        assertThat(sessions.all("a")).containsExactly(session);
    }

    @Test
    void drainTakesNoMoreAndBringsTheEndForward() throws Exception {
        Session session = open("a");
        Session.Use use = session.use();
        sessions.drain(Duration.ofSeconds(30));
        assertThat(session.endsAt()).isEqualTo(now.get().plus(Duration.ofSeconds(30)));
        assertThatThrownBy(() -> open("a")).isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DRAINING));
        assertThat(reason(session)).isEmpty();
        sessions.close();
        assertThat(reason(session)).contains(Reason.SHUTDOWN);
        use.close();
    }

    @Test
    void limitsAreCheckedAsASubmissionsAre() {
        var tooMuch = new SessionRequest("a", Optional.of("bash"), Map.of(LimitAxis.MEMORY, 1L << 40), Map.of(), List.of(), Optional.empty(), Optional.empty(), Map.of());
        assertThatThrownBy(() -> sessions.open(tooMuch, PATIENCE)).isInstanceOfSatisfying(RejectedException.class, e -> assertThat(e.field()).contains("limits.memoryBytes"));
        assertThat(sessions.count()).isZero();
    }
}
