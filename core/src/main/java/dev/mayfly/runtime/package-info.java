/// The languages on offer. A language is one folder with a `runtime.yaml`; nothing else in the service names one.
@NullMarked
package dev.mayfly.runtime;

import org.jspecify.annotations.NullMarked;
