/// Sandboxes without a container engine, over root file systems that are unpacked once and shared by all sandboxes. A
/// small C program, the keeper (`runtimes/keeper`), makes them by itself, or runs an OCI runtime (crun, runc, runsc)
/// on bundles that are written here, in a mount namespace of its own; our connection is the sandbox's stdin and
/// stdout, so that no byte and no process is in between. One folder an instance is all the state there is; the next
/// instance that finds its lock free clears it away. Needs Linux and root.
@NullMarked
package dev.mayfly.oci;

import org.jspecify.annotations.NullMarked;
