const { spawnSync } = require('node:child_process');

console.log(spawnSync(process.execPath, ['-e', 'process.exit(-1)']).status);
process.exit(256 + 7);
