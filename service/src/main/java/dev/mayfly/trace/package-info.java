/// Spans of OpenTelemetry for what passes the doors, and the trace in which a submission came. The phases of an
/// execution become spans when it has ended, from its own timing: nothing is measured for their sake.
@NullMarked
package dev.mayfly.trace;

import org.jspecify.annotations.NullMarked;
