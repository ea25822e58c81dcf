// Computes in four worker threads while the main thread sleeps.
// limits: cpu-time=300ms wall-time=5s
// under runsc: timed_out-wall_time, because gVisor reports no CPU time of the sandbox
const { Worker } = require('worker_threads');

for (let i = 0; i < 4; i++) new Worker('for (;;);', { eval: true });
