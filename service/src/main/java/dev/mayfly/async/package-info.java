/// Asynchronous executions: accepted into the store before the caller is answered, run when there is a sandbox, their
/// events and results kept until the retention ends.
///
/// An execution belongs to the replica that has claimed it, and only its owner's present attempt may write to it; so
/// each has one outcome, however many replicas there are. One whose replica died is started again: programs have no
/// network, so nobody outside can have seen the first attempt, and its events are declared void by a second `started`.
@NullMarked
package dev.mayfly.async;

import org.jspecify.annotations.NullMarked;
