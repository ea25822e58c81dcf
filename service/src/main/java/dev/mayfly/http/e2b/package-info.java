/// The door for clients of E2B: a sandbox of theirs is a session. What they send to the control API, to a sandbox's
/// daemon (`envd`: processes and files, spoken as Connect with JSON) and to its code interpreter comes to one address, and
/// a header names the sandbox. What Mayfly does not have is refused with a sentence that says so.
@NullMarked
package dev.mayfly.http.e2b;

import org.jspecify.annotations.NullMarked;
