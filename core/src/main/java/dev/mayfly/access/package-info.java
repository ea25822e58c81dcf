/// Who may come in: API keys, the tenants they belong to and what those may use.
///
/// One small file on this host, written by `mayfly keys` and `mayfly tenants` and read again by the service when it
/// has changed, so that a revoked key ends at once and nothing else has to run. Knows no door.
@NullMarked
package dev.mayfly.access;

import org.jspecify.annotations.NullMarked;
