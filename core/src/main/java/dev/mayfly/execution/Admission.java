package dev.mayfly.execution;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/// What executions count against while they are there: their function's concurrency, their tenant's quota, the slots of
/// the bulk lane.
final class Admission {
    private final Quotas quotas;
    private final FunctionPlaces functionPlaces = new FunctionPlaces(System::nanoTime);
    private final Semaphore bulkSlots;

    Admission(Quotas quotas, int bulkSlots) {
        this.quotas = quotas;
        this.bulkSlots = new Semaphore(bulkSlots, true);
    }

    /// From its entry until it leaves.
    interface Place {
        void enter() throws RejectedException, InterruptedException;

        /// The program has ended; what comes is only to be reported.
        default void programEnded() {}

        /// @param cpu what it used
        void leave(Duration cpu);
    }

    Place of(Submission submission) {
        return switch (submission.lane()) {
            case BULK -> new BulkPlace(submission);
            case INTERACTIVE -> new Both(new FunctionPlace(submission, FunctionPlaces.Place.UNBOUNDED), new QuotaPlace(quotas, submission.tenant(), false));
        };
    }

    FunctionPlaces functionPlaces() {
        return functionPlaces;
    }

    /// Of a submission that was checked before: also in the bulk lane it counts against its tenant's quota.
    ///
    /// @param taken its function's place, which it leaves
    Place ofChecked(Submission submission, FunctionPlaces.Place taken) {
        var entered = new Both(new Taken(submission, taken), new QuotaPlace(quotas, submission.tenant(), true));
        return switch (submission.lane()) {
            case BULK -> new Both(entered, new BulkSlot());
            case INTERACTIVE -> entered;
        };
    }

    /// Nobody watches the bulk lane: its callers keep their turn however long it takes.
    private final class BulkSlot implements Place {
        @Override
        public void enter() throws InterruptedException {
            bulkSlots.acquire();
        }

        @Override
        public void leave(Duration cpu) {
            bulkSlots.release();
        }
    }

    private class FunctionPlace implements Place {
        final Submission submission;
        private FunctionPlaces.Place place;

        FunctionPlace(Submission submission, FunctionPlaces.Place place) {
            this.submission = submission;
            this.place = place;
        }

        void taken(FunctionPlaces.Place taken) {
            place = taken;
        }

        @Override
        public void enter() throws RejectedException, InterruptedException {
            taken(functionPlaces.enter(submission.tenant(), submission.invocation()));
        }

        @Override
        public void programEnded() {
            place.leave();
        }

        @Override
        public void leave(Duration cpu) {
            place.leave();
        }
    }

    /// A place of the function, and then a slot: neither is held while the other is waited for.
    private final class BulkPlace extends FunctionPlace {
        BulkPlace(Submission submission) {
            super(submission, FunctionPlaces.Place.UNBOUNDED);
        }

        @Override
        public void enter() throws InterruptedException {
            functionPlaces.waits(submission.tenant(), submission.invocation(), 1);
            try {
                for (Optional<FunctionPlaces.Place> next = Optional.empty(); next.isEmpty(); ) {
                    functionPlaces.awaitFree(submission.tenant(), submission.invocation());
                    bulkSlots.acquire();
                    next = functionPlaces.tryEnterNext(submission.tenant(), submission.invocation());
                    next.ifPresentOrElse(this::taken, bulkSlots::release);
                }
            } finally {
                functionPlaces.waits(submission.tenant(), submission.invocation(), -1);
            }
        }

        @Override
        public void leave(Duration cpu) {
            bulkSlots.release();
            super.leave(cpu);
        }
    }

    /// One that its caller has entered.
    private final class Taken extends FunctionPlace {
        Taken(Submission submission, FunctionPlaces.Place place) {
            super(submission, place);
        }

        @Override
        public void enter() {}
    }

    private record QuotaPlace(Quotas quotas, String tenant, boolean checked) implements Place {
        @Override
        public void enter() throws RejectedException {
            if (checked) {
                quotas.enterChecked(tenant);
            } else {
                quotas.enter(tenant);
            }
        }

        @Override
        public void leave(Duration cpu) {
            quotas.leave(tenant, cpu);
        }
    }

    private record Both(Place first, Place second) implements Place {
        @Override
        public void enter() throws RejectedException, InterruptedException {
            first.enter();
            boolean entered = false;
            try {
                second.enter();
                entered = true;
            } finally {
                if (!entered) {
                    first.leave(Duration.ZERO);
                }
            }
        }

        @Override
        public void programEnded() {
            first.programEnded();
            second.programEnded();
        }

        @Override
        public void leave(Duration cpu) {
            second.leave(cpu);
            first.leave(cpu);
        }
    }
}
