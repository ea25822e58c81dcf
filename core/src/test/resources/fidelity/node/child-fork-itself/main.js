const { fork } = require('node:child_process');

if (process.argv[2] === 'child') {
  console.log('child', process.connected, process.execArgv, process.argv0 === process.execPath);
  process.exit(6);
}
console.log('parent', process.connected);
fork(__filename, ['child']).on('exit', (code) => console.log('exit', code));
