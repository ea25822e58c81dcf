// Keeps shared array buffers, which belong to no heap.
// limits: memory=128m
const hoard = [];
for (;;) hoard.push(new Uint8Array(new SharedArrayBuffer(1 << 20)).fill(1));
