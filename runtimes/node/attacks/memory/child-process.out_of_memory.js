// Has a child run out of memory and then ends well, as if nothing had happened.
// limits: memory=128m
const { spawnSync } = require('child_process');

spawnSync(process.execPath, ['--max-old-space-size=4096', '-e', 'const a = []; for (;;) a.push(Buffer.alloc(1 << 20, 1))']);
process.exit(0);
