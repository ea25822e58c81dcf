/// Validate, admit, run, outcome. Before `Dispatcher.admit` returns, trouble is a rejection; after it, every ending is
/// an `Outcome`. Every door goes through here, and none of them is known here.
@NullMarked
package dev.mayfly.execution;

import org.jspecify.annotations.NullMarked;
