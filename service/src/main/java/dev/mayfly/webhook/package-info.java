/// Reports to callers the end of their asynchronous executions: signed as Standard Webhooks say
/// (https://www.standardwebhooks.com), tried again for a day, and never sent to an address that only this host or its
/// network can reach.
///
/// A delivery is written in the transaction that records the end, so that neither is there without the other. It is
/// made at least once; its id is the same each time.
@NullMarked
package dev.mayfly.webhook;

import org.jspecify.annotations.NullMarked;
