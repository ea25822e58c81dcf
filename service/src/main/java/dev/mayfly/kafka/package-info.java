/// The bulk door: submissions from one topic, one result for each on another.
///
/// The messaging connector reads, pauses and takes part in the consumer group; what it has no words for is ours:
/// submissions of a partition end in any order, and whatever ended goes out in one transaction with the offset up to
/// which all have ended and with one line of the ledger for each. Who takes a partition over reads its ledger first,
/// and so knows every result that is visible beyond that offset, and the ids of the results before it. A submission is
/// run at least once; its result is visible once.
@NullMarked
package dev.mayfly.kafka;

import org.jspecify.annotations.NullMarked;
