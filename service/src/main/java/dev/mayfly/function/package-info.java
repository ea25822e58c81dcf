/// Functions: submissions that are stored under a name, in versions that never change. It knows nothing of how a request
/// names one; it finds what was stored, and whoever runs it does not know that it was.
@NullMarked
package dev.mayfly.function;

import org.jspecify.annotations.NullMarked;
