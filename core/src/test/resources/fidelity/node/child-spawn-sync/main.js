const { spawnSync } = require('node:child_process');

const done = spawnSync('sh', ['-c', 'cat; echo err >&2; exit 4'], { input: 'given', encoding: 'utf8' });
console.log(done.status, done.signal, done.stdout, done.stderr);
console.log(spawnSync('sh', ['-c', 'kill -9 $$']).signal, spawnSync('absent').error.code);
console.log(spawnSync('sleep', ['30'], { timeout: 30 }).error.code);
