package dev.mayfly.webhook;

import dev.mayfly.execution.ExecutionId;
import dev.mayfly.execution.TraceContext;
import dev.mayfly.store.Database;
import dev.mayfly.store.StoreException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/// Every statement about webhooks. Thread-safe.
final class WebhookStore {
    /// That sign at the same time; a further one takes the oldest one's place.
    private static final int MOST_SECRETS = 5;

    private static final int MOST_ERROR_CHARACTERS = 500;

    private final Database database;

    WebhookStore(Database database) {
        this.database = database;
    }

    // ---- secrets

    /// The tenant's others sign on for a while.
    Secret newSecret(String tenant, Duration overlap) throws StoreException, InterruptedException {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS); // as it is read again
        var secret = new Secret(ExecutionId.next(), Signature.newSecret(), now, Optional.empty());
        database.write(handle -> {
            handle.createUpdate("update webhook_secret set expires_at = :then where tenant = :tenant and expires_at is null and id <> :id")
                    .bind("id", secret.id()).bind("then", now.plus(overlap).toEpochMilli()).bind("tenant", tenant).execute();
            handle.createUpdate("""
                            delete from webhook_secret where tenant = :tenant
                            and (expires_at < :now or id in (select id from webhook_secret where tenant = :tenant order by id desc limit 1000 offset :most))""")
                    .bind("tenant", tenant).bind("now", now.toEpochMilli()).bind("most", MOST_SECRETS - 1).execute();
            return handle.createUpdate("insert into webhook_secret (id, tenant, secret, created_at) values (:id, :tenant, :secret, :now) on conflict do nothing")
                    .bind("id", secret.id()).bind("tenant", tenant).bind("secret", secret.value()).bind("now", now.toEpochMilli()).execute();
        });
        return secret;
    }

    /// Those that sign now, the newest first.
    List<Secret> secrets(String tenant) throws StoreException {
        return database.read(handle -> handle.createQuery("""
                        select id, secret, created_at, expires_at from webhook_secret
                        where tenant = :tenant and (expires_at is null or expires_at > :now) order by id desc""")
                .bind("tenant", tenant).bind("now", System.currentTimeMillis())
                .map((row, context) -> new Secret(row.getString(1), row.getString(2), Instant.ofEpochMilli(row.getLong(3)), instant(row, "expires_at")))
                .list());
    }

    boolean revoke(String tenant, String id) throws StoreException, InterruptedException {
        return database.write(handle -> handle.createUpdate("delete from webhook_secret where tenant = :tenant and id = :id")
                .bind("tenant", tenant).bind("id", id).execute()) == 1;
    }

    // ---- deliveries

    record NewDelivery(String id, String tenant, String url, String type, String subject, byte[] body, Optional<TraceContext> trace) {}

    void add(Handle handle, NewDelivery delivery, Duration giveUpAfter) {
        long now = System.currentTimeMillis();
        handle.createUpdate("""
                        insert into webhook_delivery (id, tenant, url, type, subject, body, state, next_at, give_up_at, created_at, trace)
                        values (:id, :tenant, :url, :type, :subject, :body, 'pending', :now, :end, :now, :trace)""")
                .bind("id", delivery.id()).bind("tenant", delivery.tenant()).bind("url", delivery.url()).bind("type", delivery.type())
                .bind("subject", delivery.subject()).bind("body", delivery.body()).bind("now", now).bind("end", now + giveUpAfter.toMillis())
                .bind("trace", delivery.trace().map(TraceContext::text).orElse(null))
                .execute();
    }

    /// @param attempts that were made before
    record Due(String id, String tenant, String url, byte[] body, Instant giveUpAt, int attempts, Optional<TraceContext> trace) {}

    /// Takes on what is to be sent now. Nobody else does for this time, in which its attempt must end.
    ///
    /// @param most of all tenants together
    /// @param mostForEach of one tenant, with what is under way of it
    List<Due> take(int most, int mostForEach, Map<String, Integer> underWay, Duration hold) throws StoreException, InterruptedException {
        Set<String> passedOver = underWay.entrySet().stream().filter(tenant -> tenant.getValue() >= mostForEach).map(Map.Entry::getKey).collect(Collectors.toSet());
        boolean any = !database.read(handle -> due(handle, 1, passedOver, "")).isEmpty();
        return any ? database.write(handle -> take(handle, due(handle, most, passedOver, database.kind().skipLocked()), mostForEach, underWay, hold)) : List.of();
    }

    private static List<Due> due(Handle handle, int most, Set<String> passedOver, String lock) {
        Query query = handle.createQuery("""
                        select id, tenant, url, body, give_up_at, (select count(*) from webhook_attempt where delivery_id = id), trace
                        from webhook_delivery where state = 'pending' and next_at <= :now %s order by next_at limit :most %s"""
                        .formatted(passedOver.isEmpty() ? "" : "and tenant not in (<passedOver>)", lock))
                .bind("now", System.currentTimeMillis()).bind("most", most);
        return (passedOver.isEmpty() ? query : query.bindList("passedOver", passedOver))
                .map((row, context) -> new Due(row.getString(1), row.getString(2), row.getString(3), row.getBytes(4), Instant.ofEpochMilli(row.getLong(5)), row.getInt(6), TraceContext.ofText(row.getString(7))))
                .list();
    }

    private static List<Due> take(Handle handle, List<Due> due, int mostForEach, Map<String, Integer> underWay, Duration hold) {
        long now = System.currentTimeMillis();
        var counts = new HashMap<>(underWay);
        List<Due> taken = new ArrayList<>();
        for (Due delivery : due) {
            if (counts.merge(delivery.tenant(), 1, Integer::sum) <= mostForEach) {
                handle.createUpdate("update webhook_delivery set next_at = :then where id = :id")
                        .bind("then", now + hold.toMillis()).bind("id", delivery.id()).execute();
                taken.add(delivery);
            }
        }
        return taken;
    }

    /// @param next when to try again; empty when this was the last attempt
    void attempted(String id, Delivery.Attempt attempt, Optional<Instant> next) throws StoreException, InterruptedException {
        database.write(handle -> {
            handle.createUpdate("insert into webhook_attempt (delivery_id, at, status, error) values (:id, :at, :status, :error) on conflict do nothing")
                    .bind("id", id).bind("at", attempt.at().toEpochMilli())
                    .bind("status", attempt.status().orElse(null)).bind("error", attempt.error().map(WebhookStore::printable).orElse(null))
                    .execute();
            if (next.isPresent()) {
                return handle.createUpdate("update webhook_delivery set next_at = :next where id = :id and state = 'pending'")
                        .bind("next", next.get().toEpochMilli()).bind("id", id).execute();
            }
            return handle.createUpdate("update webhook_delivery set state = :state, ended_at = :now where id = :id and state = 'pending'")
                    .bind("state", wireName(attempt.delivered() ? Delivery.State.DELIVERED : Delivery.State.FAILED))
                    .bind("now", System.currentTimeMillis()).bind("id", id)
                    .execute();
        });
    }

    /// Part of it may be the receiver's.
    private static String printable(String error) {
        String clean = error.replaceAll("[\\p{Cntrl}\\p{Cs}]", " ");
        return clean.substring(0, Math.min(clean.length(), MOST_ERROR_CHARACTERS));
    }

    /// Once more, from now on. False when there is none.
    boolean redeliver(String tenant, String id, Duration giveUpAfter) throws StoreException, InterruptedException {
        long now = System.currentTimeMillis();
        return database.write(handle -> handle.createUpdate("""
                        update webhook_delivery set state = 'pending', next_at = :now, give_up_at = :end, ended_at = null
                        where id = :id and tenant = :tenant""")
                .bind("now", now).bind("end", now + giveUpAfter.toMillis()).bind("id", id).bind("tenant", tenant).execute()) == 1;
    }

    /// The newest first.
    ///
    /// @param subject an execution's or batch's id
    /// @param before the id behind which the list goes on
    List<Delivery> list(String tenant, Optional<Delivery.State> state, Optional<String> subject, Optional<String> before, int limit) throws StoreException {
        var where = new ArrayList<String>(List.of("tenant = :tenant"));
        state.ifPresent(value -> where.add("state = :state"));
        subject.ifPresent(value -> where.add("subject = :subject"));
        before.ifPresent(value -> where.add("id < :before"));
        return database.read(handle -> {
            var query = handle.createQuery("""
                            select id, url, type, subject, state, created_at, next_at, ended_at from webhook_delivery
                            where %s order by id desc limit :limit""".formatted(String.join(" and ", where)))
                    .bind("tenant", tenant).bind("limit", limit);
            state.ifPresent(value -> query.bind("state", wireName(value)));
            subject.ifPresent(value -> query.bind("subject", value));
            before.ifPresent(value -> query.bind("before", value));
            return query.map((row, context) -> delivery(handle, row)).list();
        });
    }

    private static Delivery delivery(Handle handle, ResultSet row) throws SQLException {
        String id = row.getString("id");
        List<Delivery.Attempt> attempts = handle.createQuery("select at, status, error from webhook_attempt where delivery_id = :id order by at")
                .bind("id", id)
                .map((attempt, context) -> new Delivery.Attempt(Instant.ofEpochMilli(attempt.getLong(1)),
                        Optional.ofNullable((Number) attempt.getObject(2)).map(Number::intValue), Optional.ofNullable(attempt.getString(3))))
                .list();
        return new Delivery(id, row.getString("url"), row.getString("type"), row.getString("subject"),
                Delivery.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)), Instant.ofEpochMilli(row.getLong("created_at")),
                Instant.ofEpochMilli(row.getLong("next_at")), instant(row, "ended_at"), attempts);
    }

    void forget(Instant then, int most) throws StoreException, InterruptedException {
        List<String> ids = database.read(handle -> handle.createQuery("select id from webhook_delivery where ended_at < :then limit :most")
                .bind("then", then.toEpochMilli()).bind("most", most).mapTo(String.class).list());
        if (!ids.isEmpty()) {
            database.write(handle -> handle.createUpdate("delete from webhook_delivery where id in (<ids>)").bindList("ids", ids).execute());
        }
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    private static String wireName(Delivery.State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
