/// Configuration in, objects out: the only place that knows both the framework and the parts.
@NullMarked
package dev.mayfly.wiring;

import org.jspecify.annotations.NullMarked;
