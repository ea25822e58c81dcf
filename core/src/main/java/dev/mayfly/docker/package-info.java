/// Makes and destroys sandboxes on a Docker Engine (API 1.41 and later, cgroup v1 and v2), over docker-java. The one
/// stream that a sandbox needs is our own: docker-java never passes on the end of stdin (#1448) and takes a platform
/// thread for each stream.
@NullMarked
package dev.mayfly.docker;

import org.jspecify.annotations.NullMarked;
