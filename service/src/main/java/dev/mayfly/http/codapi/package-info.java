/// The door for codapi's widget in web pages: one call, from pages of the origins that the operator lists.
@NullMarked
package dev.mayfly.http.codapi;

import org.jspecify.annotations.NullMarked;
