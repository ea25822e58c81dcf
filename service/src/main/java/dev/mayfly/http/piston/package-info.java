/// The door for clients of Piston v2: their names, versions, fields and messages, converted once. What may be run, by
/// whom and for how long, is decided where the other doors have it decided.
@NullMarked
package dev.mayfly.http.piston;

import org.jspecify.annotations.NullMarked;
