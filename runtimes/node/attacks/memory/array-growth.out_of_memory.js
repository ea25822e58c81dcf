// Keeps more and more arrays.
// limits: memory=128m
const hoard = [];
for (;;) hoard.push(new Array(100_000).fill(1.5));
