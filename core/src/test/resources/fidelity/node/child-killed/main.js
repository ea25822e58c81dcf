const { spawn } = require('node:child_process');

const child = spawn('sleep', ['30']);
child.on('exit', (code, signal) => console.log(code, signal, child.killed, child.signalCode));
console.log(child.kill());
