/// The database of what must survive: opened, migrated, read from anywhere, written by one thread in groups.
///
/// One schema serves SQLite, when one machine is enough, and PostgreSQL, when replicas share: neutral types, and SQL
/// that both understand. What they do differently stands in [DatabaseKind]. A group of writers shares one commit, and
/// so one fsync.
@NullMarked
package dev.mayfly.store;

import org.jspecify.annotations.NullMarked;
