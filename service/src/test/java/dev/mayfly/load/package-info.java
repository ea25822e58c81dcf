/// Long runs with faults, each a program of its own: `loadtest/NAME` starts it, and a short form of it is an `*IT`.
/// What is only measured is in `bench`.
@NullMarked
package dev.mayfly.load;

import org.jspecify.annotations.NullMarked;
