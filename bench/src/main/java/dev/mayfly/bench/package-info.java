/// `mayfly bench`: what Mayfly costs, beside what the same work costs without it, interleaved in one run.
@NullMarked
package dev.mayfly.bench;

import org.jspecify.annotations.NullMarked;
