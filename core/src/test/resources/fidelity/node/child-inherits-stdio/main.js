const { spawnSync } = require('node:child_process');

console.log('one');
spawnSync('sh', ['-c', 'echo two; echo err >&2'], { stdio: 'inherit' });
console.log('three');
