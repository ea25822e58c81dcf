// Keeps more and more memory outside V8's heap.
// limits: memory=128m
const hoard = [];
for (;;) hoard.push(Buffer.alloc(1 << 20, 1));
