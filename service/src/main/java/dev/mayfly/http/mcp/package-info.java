/// The door for agents: the Model Context Protocol over HTTP, in the revision without a handshake (2026-07-28) and in
/// those before it, on one address. No request needs what an earlier one left, so that any replica answers it; what
/// did not fit into a result is the exception, and is kept for a while where it was made.
@NullMarked
package dev.mayfly.http.mcp;

import org.jspecify.annotations.NullMarked;
