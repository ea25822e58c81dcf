/// The `mayfly` command: plain picocli with a small class path of its own, so that it starts at once. Talks to a
/// running service, or embeds the engine when none runs; what the user sees is the same.
@NullMarked
package dev.mayfly.cli;

import org.jspecify.annotations.NullMarked;
