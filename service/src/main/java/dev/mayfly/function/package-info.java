/// Functions: submissions that are stored under a name, in versions that never change. It knows nothing of how a request
/// names one: it finds what was stored. Executions run it as they run any submission.
@NullMarked
package dev.mayfly.function;

import org.jspecify.annotations.NullMarked;
