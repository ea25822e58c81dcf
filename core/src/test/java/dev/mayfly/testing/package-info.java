/// What tests of several packages share: engines in memory and real ones, services, brokers and databases of a test's
/// own, clients that break rules.
@NullMarked
package dev.mayfly.testing;

import org.jspecify.annotations.NullMarked;
