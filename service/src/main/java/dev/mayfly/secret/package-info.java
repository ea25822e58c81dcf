/// Secrets of tenants: written, and never read again but by the program that gets them. What is stored is sealed with a key
/// that the store does not have.
@NullMarked
package dev.mayfly.secret;

import org.jspecify.annotations.NullMarked;
