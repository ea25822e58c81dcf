/// Whether what confines sandboxes on this very machine holds: runs the attacks of `runtimes/*/attacks` on the real
/// engine, each beside an ordinary program.
///
/// Knows the pool and the dispatcher, as a door does, and no engine: its caller brings one. An attack is a file, so
/// that the next one needs no change here.
@NullMarked
package dev.mayfly.doctor;

import org.jspecify.annotations.NullMarked;
