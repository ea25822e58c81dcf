const { execFileSync } = require('node:child_process');

const source = 'console.log(process.argv, process.execArgv, Object.keys(require.cache))';
console.log(execFileSync(process.execPath, ['-e', source, 'x'], { encoding: 'utf8' }));
console.log(execFileSync('node', ['-p', '[typeof module, __filename, process.argv0]'], { encoding: 'utf8' }));
