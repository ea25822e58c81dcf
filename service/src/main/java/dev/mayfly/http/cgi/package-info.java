/// The Common Gateway Interface, version 1.1 (RFC 3875): a request as a program gets it, and what it writes as an answer.
/// What it writes is never trusted, for it is served under the same origin as the service itself.
@org.jspecify.annotations.NullMarked
package dev.mayfly.http.cgi;
