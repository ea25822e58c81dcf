/// The port: one program in one sandbox. What a sandbox is, what it may use, how a program in it can end. Pure Java:
/// an engine, the pool and every door build on these types, and they know none of them. All hardening is named here
/// once, so that a second engine cannot forget a part of it.
@NullMarked
package dev.mayfly.sandbox;

import org.jspecify.annotations.NullMarked;
