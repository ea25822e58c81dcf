const { spawn } = require('node:child_process');

const child = spawn('tr', ['a-z', 'A-Z']);
child.stdout.on('data', (data) => console.log(String(data)));
child.on('exit', (code, signal) => console.log('exit', code, signal));
child.on('close', (code) => console.log('close', code));
child.stdin.end('shout');
