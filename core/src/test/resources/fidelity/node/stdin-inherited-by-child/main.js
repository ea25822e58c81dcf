const { spawnSync } = require('node:child_process');

const { status } = spawnSync('cat', { stdio: 'inherit' });
console.log('cat left with', status);
