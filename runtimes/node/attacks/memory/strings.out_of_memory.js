// Keeps more and more text.
// limits: memory=128m
const hoard = [];
for (let i = 0; ; i++) hoard.push(Buffer.alloc(1 << 19, 'x').toString('utf8') + i);
