/// When functions run by themselves: due times, and one execution for each of them over all replicas. It knows functions
/// and asynchronous executions, which do not know it. A due time is a row of the store, which is written in the same
/// transaction as its execution: no clock and no replica is trusted to do a thing once.
@org.jspecify.annotations.NullMarked
package dev.mayfly.schedule;
