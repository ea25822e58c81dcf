/// What tests of several modules share: engines in memory and real ones, programs, pages. Services, brokers and
/// databases of a test's own are in the package of the same name of the module `service`.
@NullMarked
package dev.mayfly.testing;

import org.jspecify.annotations.NullMarked;
