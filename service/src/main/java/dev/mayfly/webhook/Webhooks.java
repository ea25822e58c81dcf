package dev.mayfly.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.mayfly.async.EndListener;
import dev.mayfly.execution.ExecutionId;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.store.Database;
import dev.mayfly.store.Rounds;
import dev.mayfly.store.StoreException;
import dev.mayfly.wire.Json;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import org.jdbi.v3.core.Handle;

/// Sends webhooks until they are accepted. Thread-safe.
public final class Webhooks implements EndListener, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Webhooks.class.getName());
    private static final int AT_ONCE = 64;
    private static final int AT_ONCE_FOR_EACH = 4;
    private static final int FORGOTTEN_AT_ONCE = 200;
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(4);
    private static final int PAUSE_GROWS = 4;
    private static final double JITTER = 0.2;

    private final WebhookStore store;
    private final WebhookSettings settings;
    private final Addresses addresses;
    private final Postman postman;
    private final Semaphore hands = new Semaphore(AT_ONCE);
    private final Map<String, Integer> underWay = new ConcurrentHashMap<>();
    private final Rounds sending;

    public Webhooks(Database database, Vertx vertx, WebhookSettings settings) {
        this(database, vertx, settings, new Addresses(settings.allowedNetworks()), LOOK_AGAIN);
    }

    /// @param lookAgain between two looks at what is due; tests take a shorter pause
    Webhooks(Database database, Vertx vertx, WebhookSettings settings, Addresses addresses, Duration lookAgain) {
        this.settings = settings;
        this.addresses = addresses;
        store = new WebhookStore(database);
        postman = new Postman(vertx, new Lookups(addresses, AT_ONCE_FOR_EACH), settings.timeout(), AT_ONCE);
        sending = new Rounds("webhooks", lookAgain, this::sendDue);
        sending.start();
    }

    // ---- what is to be sent

    /// @throws RejectedException the tenant has no secret yet, or the URL's address is one to which nothing is sent
    @Override
    public void check(String tenant, URI webhook) throws RejectedException, StoreException {
        if (store.secrets(tenant).isEmpty()) {
            throw RejectedException.invalid("webhook", "the tenant has no secret that signs its webhooks; POST /v1/webhooks/secrets makes one");
        }
        if (isLiteral(webhook.getHost())) {
            try {
                addresses.resolve(webhook.getHost());
            } catch (IOException e) {
                throw RejectedException.invalid("webhook.url", String.valueOf(e.getMessage()));
            }
        }
    }

    /// Names are looked up when something is sent.
    private static boolean isLiteral(String host) {
        return host.startsWith("[") || Character.isDigit(host.charAt(host.length() - 1)) || host.equalsIgnoreCase("localhost");
    }

    @Override
    public void ended(Handle handle, Ended ended) {
        var message = new LinkedHashMap<String, Object>();
        message.put("type", ended.type());
        message.put("timestamp", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
        message.put("data", ended.about());
        try {
            byte[] body = Json.STRICT.writeValueAsBytes(message);
            store.add(handle, new WebhookStore.NewDelivery(ExecutionId.next(), ended.tenant(), ended.webhook().toString(), ended.type(), ended.id(), body, ended.trace()),
                    settings.giveUpAfter());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
        sending.wake();
    }

    // ---- for its receivers

    /// The tenant's earlier ones sign on beside it for a while.
    public Secret newSecret(String tenant) throws StoreException, InterruptedException {
        return store.newSecret(tenant, settings.secretOverlap());
    }

    public List<Secret> secrets(String tenant) throws StoreException {
        return store.secrets(tenant);
    }

    /// It signs nothing more from now on. False when there is none.
    public boolean revoke(String tenant, String id) throws StoreException, InterruptedException {
        return store.revoke(tenant, id);
    }

    /// The newest first, from behind one of them.
    ///
    /// @param subject the execution's or batch's id
    public List<Delivery> deliveries(String tenant, Optional<Delivery.State> state, Optional<String> subject, Optional<String> before, int limit)
            throws StoreException {
        return store.list(tenant, state, subject, before, limit);
    }

    /// Once more, and again for as long as a new one. False when there is none.
    public boolean redeliver(String tenant, String id) throws StoreException, InterruptedException {
        boolean known = store.redeliver(tenant, id, settings.giveUpAfter());
        sending.wake();
        return known;
    }

    // ---- sending

    /// Whether there was something.
    private boolean sendDue() throws StoreException, InterruptedException {
        hands.acquire();
        int free = 1 + hands.drainPermits();
        List<WebhookStore.Due> due = List.of();
        try {
            // the last hands are for tenants of whom nothing is under way: slow ones cannot have them all
            int each = free > AT_ONCE / 4 ? AT_ONCE_FOR_EACH : 1;
            due = store.take(free, each, Map.copyOf(underWay), settings.timeout().multipliedBy(3));
        } finally {
            hands.release(free - due.size());
        }
        for (WebhookStore.Due delivery : due) {
            underWay.merge(delivery.tenant(), 1, Integer::sum);
            Thread.ofVirtual().name("webhook-" + delivery.id()).start(() -> send(delivery));
        }
        if (due.isEmpty()) {
            store.forget(Instant.now().minus(settings.retention()), FORGOTTEN_AT_ONCE);
        }
        return !due.isEmpty();
    }

    private void send(WebhookStore.Due due) {
        try {
            List<String> secrets = store.secrets(due.tenant()).stream().map(Secret::value).toList();
            Postman.Answer answer = secrets.isEmpty()
                    ? Postman.Answer.without(Instant.now(), "the tenant has no secret")
                    : postman.deliver(due, secrets);
            store.attempted(due.id(), answer.attempt(), answer.isLast() ? Optional.empty() : next(due, answer.retryAfter()));
        } catch (StoreException e) {
            LOG.log(Level.WARNING, "webhook={0} is sent again: {1}", due.id(), e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "webhook=" + due.id() + " is sent again", e);
        } finally {
            underWay.computeIfPresent(due.tenant(), (tenant, count) -> count == 1 ? null : count - 1);
            hands.release();
            sending.wake();
        }
    }

    /// When the receiver says, though not sooner than after the first pause; else after ever longer ones.
    private Optional<Instant> next(WebhookStore.Due due, Optional<Duration> retryAfter) {
        double grown = Math.min((double) LONGEST_PAUSE.toMillis(), settings.firstRetry().toMillis() * Math.pow(PAUSE_GROWS, due.attempts()));
        double varied = grown * ThreadLocalRandom.current().nextDouble(1 - JITTER, 1 + JITTER);
        long pause = retryAfter.map(asked -> Math.max(asked.toMillis(), settings.firstRetry().toMillis())).orElse((long) varied);
        Instant next = Instant.now().plusMillis(pause);
        return next.isBefore(due.giveUpAt()) ? Optional.of(next) : Optional.empty();
    }

    /// What is under way is sent again by the next start.
    @Override
    public void close() {
        sending.close();
        postman.close();
    }
}
