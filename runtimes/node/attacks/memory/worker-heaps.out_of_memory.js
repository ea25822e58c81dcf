// Spreads its data over the heaps of two workers.
// limits: memory=128m
const { Worker } = require('worker_threads');

const code = 'const hoard = []; for (;;) hoard.push(new Array(1_000_000).fill(1.5));';
for (let i = 0; i < 2; i++) new Worker(code, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 4096 } });
