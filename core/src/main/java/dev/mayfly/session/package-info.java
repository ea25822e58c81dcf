/// Sandboxes that one tenant holds for a while: cells that keep state, commands beside them, files. A session is one
/// fresh sandbox; when it ends, the sandbox is destroyed, and the session says why it ended. Knows no wire form and no
/// door: what it reports are values and logs that are read as they grow.
@org.jspecify.annotations.NullMarked
package dev.mayfly.session;
