package dev.mayfly.kafka;

/// What becomes of one record of the submissions.
sealed interface Ending {
    int MAX_DETAIL = 1000;

    /// The ending to tell when this one does not fit into a record.
    Ending shortened();

    /// The job ran; `json` is its result.
    record Result(String id, String tenant, byte[] json) implements Ending {
        @Override
        public Ending shortened() {
            return new DeadLetter("result-too-large", "the result has %d bytes, and a record holds less".formatted(json.length), 1, true);
        }
    }

    /// It cannot be run, and another try would not help.
    ///
    /// @param reason the last part of a problem's type, such as `unknown-runtime`
    /// @param whole the letter carries the submission; otherwise only tells where it is
    record DeadLetter(String reason, String detail, int attempts, boolean whole) implements Ending {
        public DeadLetter {
            detail = detail.length() > MAX_DETAIL ? detail.substring(0, MAX_DETAIL) + "…" : detail;
        }

        @Override
        public Ending shortened() {
            return whole ? new DeadLetter(reason, detail, attempts, false) : new Untold(reason);
        }
    }

    /// A dead letter that the broker does not take in any form; the log tells of it.
    record Untold(String reason) implements Ending {
        @Override
        public Ending shortened() {
            return this;
        }
    }

    /// Its id has a result, or will have the one of the record that is being worked on.
    record Duplicate() implements Ending {
        @Override
        public Ending shortened() {
            return this;
        }
    }

    /// Its id belongs to another partition, and it moves there.
    record Moved(String id, int partition) implements Ending {
        @Override
        public Ending shortened() {
            return new DeadLetter("submission-too-large", "it does not fit into partition %d, where its id belongs".formatted(partition), 0, false);
        }
    }
}
