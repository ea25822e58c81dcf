/// The framed protocol with PID 1 of a sandbox, and the sandbox that it makes of a byte channel. Knows no engine: any
/// engine that can hand over two streams and a way to destroy the sandbox gets a working sandbox. The other side is
/// `runtimes/agent`.
@NullMarked
package dev.mayfly.agent;

import org.jspecify.annotations.NullMarked;
