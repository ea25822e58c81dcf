/// The JSON of submissions, results and events: one schema for every door. Each door converts here, once, and nobody
/// further in knows a field name.
@NullMarked
package dev.mayfly.wire;

import org.jspecify.annotations.NullMarked;
