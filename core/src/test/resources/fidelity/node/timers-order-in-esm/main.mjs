// In an ES module, microtasks come before ticks.
process.nextTick(() => console.log('tick'));
queueMicrotask(() => console.log('microtask'));
setTimeout(() => console.log('timeout'), 0);
await null;
console.log('after await');
