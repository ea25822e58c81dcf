/// Which sandbox, how many, kept warm. Callers only ever wait; one replenisher creates, so that neither creating nor
/// destroying delays a lease. Knows no submission and no door.
@NullMarked
package dev.mayfly.pool;

import org.jspecify.annotations.NullMarked;
