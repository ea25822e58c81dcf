package dev.mayfly.async;

import dev.mayfly.execution.Dispatcher;
import dev.mayfly.execution.RejectedException;
import dev.mayfly.execution.RejectedException.Kind;
import dev.mayfly.store.StoreException;
import dev.mayfly.wire.AsyncSubmission;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jdbi.v3.core.Handle;

/// Takes executions in: each is checked, and on the disk before it counts as accepted. Thread-safe.
final class Acceptance {
    private final Intake intake;
    private final Room room;
    private final Backlog backlog;
    private final AsyncRunner runner;
    private final Dispatcher dispatcher;
    private final EndListener listener;
    private final LongAdder accepted = new LongAdder();

    Acceptance(Intake intake, Room room, Backlog backlog, AsyncRunner runner, Dispatcher dispatcher, EndListener listener) {
        this.intake = intake;
        this.room = room;
        this.backlog = backlog;
        this.runner = runner;
        this.dispatcher = dispatcher;
        this.listener = listener;
    }

    /// How many there were.
    long count() {
        return accepted.sum();
    }

    /// @param key the client's name for this request
    /// @throws RejectedException the request is wrong, or the queue or the store is full; nothing is stored then
    Accepted accept(AsyncSubmission request, Optional<String> key) throws RejectedException, StoreException, InterruptedException {
        String tenant = request.submission().tenant();
        var idempotency = key.map(name -> IdempotencyKey.of(tenant, name, "execution", request.fingerprinted()));
        Optional<Intake.Inserted> earlier = earlier(idempotency);
        if (earlier.isPresent()) {
            return accepted(earlier.get(), 1, true);
        }
        room.require(tenant, 1);
        requireWebhook(tenant, request.webhook());
        AsyncSubmission checked = request.with(dispatcher.check(request.submission()));
        return write(new NewExecution(checked, Optional.empty(), Instant.now()), idempotency);
    }

    /// Checks what `insert` is to insert.
    ///
    /// @throws RejectedException the submission is wrong, or the queue or the store is full
    AsyncSubmission check(AsyncSubmission request) throws RejectedException {
        room.require(request.submission().tenant(), 1);
        return request.with(dispatcher.check(request.submission()));
    }

    /// Within the caller's transaction; the caller calls `inserted` after it.
    ///
    /// @param checked by `check`
    void insert(Handle handle, List<AsyncSubmission> checked) {
        if (!checked.isEmpty()) {
            intake.insert(handle, checked.stream().map(request -> new NewExecution(request, Optional.empty(), Instant.now())).toList(), Optional.empty());
        }
    }

    /// So many more wait to be run.
    void inserted(int executions) {
        accepted.add(executions);
        backlog.accepted(executions, true);
        runner.look();
    }

    /// While nobody waits and there is a slot, its claim goes to the disk together with it.
    private Accepted write(NewExecution execution, Optional<IdempotencyKey> key) throws RejectedException, StoreException, InterruptedException {
        Optional<AsyncRunner.Reservation> reserved = runner.reserve(execution.request().submission());
        boolean begun = false;
        try {
            Intake.Inserted inserted = intake.insert(execution, key, reserved.map(AsyncRunner.Reservation::owner));
            begun = reserved.isPresent() && inserted.insertion() == Intake.Insertion.NEW;
            if (begun) {
                accepted.increment();
                runner.begin(Claim.first(execution, reserved.get().owner()), reserved.get().place());
                return new Accepted(execution.id(), false, 0, Optional.empty());
            }
            return accepted(inserted, 1, !runner.hasToWait(execution.request().submission()));
        } finally {
            if (!begun) {
                reserved.ifPresent(runner::free);
            }
        }
    }

    /// Accepts those of its items that are right.
    Accepted accept(BatchOffer offer, Optional<String> key) throws RejectedException, StoreException, InterruptedException {
        var idempotency = key.map(name -> IdempotencyKey.of(offer.tenant(), name, "batch", offer.fingerprinted()));
        Optional<Intake.Inserted> earlier = earlier(idempotency);
        if (earlier.isPresent()) {
            return accepted(earlier.get(), 0, true);
        }
        room.require(offer.tenant(), offer.items().size());
        requireWebhook(offer.tenant(), offer.batch().webhook());
        Intake.NewBatch batch = offer.checked(dispatcher, listener, Instant.now());
        return accepted(intake.insert(batch, idempotency), batch.executions().size(), true);
    }

    private Optional<Intake.Inserted> earlier(Optional<IdempotencyKey> key) throws StoreException {
        return key.isPresent() ? intake.find(key.get()) : Optional.empty();
    }

    private Accepted accepted(Intake.Inserted inserted, int executions, boolean due) throws RejectedException {
        return switch (inserted.insertion()) {
            case CONFLICT -> throw RejectedException.because(Kind.KEY_REUSED, "Idempotency-Key",
                    "this key was used for another request, which is %s".formatted(inserted.target()));
            case REPLAYED -> new Accepted(inserted.target(), true, 0, Optional.empty());
            case NEW -> {
                accepted.add(executions);
                long position = backlog.accepted(executions, due);
                runner.look();
                yield new Accepted(inserted.target(), false, position, backlog.timeFor(position));
            }
        };
    }

    private void requireWebhook(String tenant, Optional<URI> webhook) throws RejectedException, StoreException {
        if (webhook.isPresent()) {
            listener.check(tenant, webhook.get());
        }
    }
}
