/// Boxes without a container engine: an OCI runtime (crun, runc, runsc) is called directly, on bundles that are written here, over root file
/// systems that are unpacked once and shared by all boxes. A small C program, the keeper (`runtimes/keeper`), runs the runtime in a mount
/// namespace of its own and makes our connection the box's stdin and stdout, so that no byte and no process is in between. One folder an
/// instance is all the state there is; whoever finds its lock free clears it away. Needs Linux and root.
@NullMarked
package dev.mayfly.oci;

import org.jspecify.annotations.NullMarked;
