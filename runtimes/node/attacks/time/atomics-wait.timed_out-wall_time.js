// Blocks its only thread forever.
// limits: wall-time=1s
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
