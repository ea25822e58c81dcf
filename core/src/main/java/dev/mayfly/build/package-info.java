/// Runtimes with further packages: what may be asked for, the image that is built of it, and how it comes to serve. What
/// users choose is data (names of packages, lock files), never a command.
@NullMarked
package dev.mayfly.build;

import org.jspecify.annotations.NullMarked;
