package dev.mayfly.execution;

import java.time.Duration;
import java.util.concurrent.Semaphore;

/// What executions count against while they are there: their function's concurrency, their tenant's
/// quota, the slots of the bulk lane.
final class Admission {
    private final Quotas quotas;
    private final FunctionPlaces functionPlaces = new FunctionPlaces();
    private final Semaphore bulkSlots;

    Admission(Quotas quotas, int bulkSlots) {
        this.quotas = quotas;
        this.bulkSlots = new Semaphore(bulkSlots, true);
    }

    /// From its entry until it leaves.
    interface Place {
        void enter() throws RejectedException, InterruptedException;

        /// @param cpu what it used
        void leave(Duration cpu);
    }

    Place of(Submission submission) {
        return switch (submission.lane()) {
            case BULK -> new Both(new FunctionPlace(submission), new BulkSlot());
            case INTERACTIVE -> new Both(new FunctionPlace(submission), new QuotaPlace(quotas, submission.tenant(), false));
        };
    }

    FunctionPlaces functionPlaces() {
        return functionPlaces;
    }

    /// Of a submission that was checked before, and whose caller has taken its function's place: also in the bulk lane it counts against its tenant's quota.
    Place ofChecked(Submission submission) {
        var quota = new QuotaPlace(quotas, submission.tenant(), true);
        return switch (submission.lane()) {
            case BULK -> new Both(quota, new BulkSlot());
            case INTERACTIVE -> quota;
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

    /// Who watches is refused when all are taken; the bulk lane keeps its turn.
    private final class FunctionPlace implements Place {
        private final Submission submission;

        FunctionPlace(Submission submission) {
            this.submission = submission;
        }

        @Override
        public void enter() throws RejectedException, InterruptedException {
            switch (submission.lane()) {
                case BULK -> functionPlaces.await(submission.tenant(), submission.invocation());
                case INTERACTIVE -> functionPlaces.enter(submission.tenant(), submission.invocation());
            }
        }

        @Override
        public void leave(Duration cpu) {
            functionPlaces.leave(submission.tenant(), submission.invocation());
        }
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
        public void leave(Duration cpu) {
            second.leave(cpu);
            first.leave(cpu);
        }
    }
}
