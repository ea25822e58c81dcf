package dev.mayfly.kafka;

/// What becomes of one record of the submissions.
sealed interface RecordOutcome {
    int MAX_DETAIL = 1000;

    /// The outcome to publish when this one does not fit into a record.
    RecordOutcome shortened();

    /// The submission ran; `json` is its result.
    record Result(String id, String tenant, byte[] json) implements RecordOutcome {
        @Override
        public RecordOutcome shortened() {
            return new DeadLetter("result-too-large", "the result has %d bytes, which is more than a record can hold".formatted(json.length), 1, true);
        }
    }

    /// It cannot be run, and another try would not help.
    ///
    /// @param reason the last part of a problem's type, such as `unknown-runtime`
    /// @param whole the letter carries the submission; otherwise only says where it is
    record DeadLetter(String reason, String detail, int attempts, boolean whole) implements RecordOutcome {
        public DeadLetter {
            detail = detail.length() > MAX_DETAIL ? detail.substring(0, MAX_DETAIL) + "…" : detail;
        }

        @Override
        public RecordOutcome shortened() {
            return whole ? new DeadLetter(reason, detail, attempts, false) : new Unreported(reason);
        }
    }

    /// A dead letter that the broker does not take in any form; the log reports it.
    record Unreported(String reason) implements RecordOutcome {
        @Override
        public RecordOutcome shortened() {
            return this;
        }
    }

    /// Its id has a result, or will have the one of the record that is being worked on.
    record Duplicate() implements RecordOutcome {
        @Override
        public RecordOutcome shortened() {
            return this;
        }
    }

    /// Its id belongs to another partition, and it moves there.
    record Moved(String id, int partition) implements RecordOutcome {
        @Override
        public RecordOutcome shortened() {
            return new DeadLetter("submission-too-large", "it does not fit into partition %d, where its id belongs".formatted(partition), 0, false);
        }
    }
}
