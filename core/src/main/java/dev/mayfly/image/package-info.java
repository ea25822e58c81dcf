/// Images from a registry, by the OCI distribution specification
/// (https://github.com/opencontainers/distribution-spec/blob/main/spec.md): what the engine `oci` needs of it, which
/// has no container engine to pull for it, and whom every engine logs in as.
///
/// A client of our own, and a small one: the libraries that exist bring more than the whole service's image may grow
/// by, and it only reads.
@NullMarked
package dev.mayfly.image;

import org.jspecify.annotations.NullMarked;
