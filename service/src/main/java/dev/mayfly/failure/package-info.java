/// What comes of functions that fail: a webhook, or another function that gets the failure as its input. It knows
/// asynchronous executions and functions, which do not know it. What is to be done is written together with the end of
/// the execution, so that no kill loses it.
@org.jspecify.annotations.NullMarked
package dev.mayfly.failure;
