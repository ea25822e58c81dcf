// Starts programs until the kernel refuses.
// limits: pids=16
// under runsc: not-held, because gVisor bounds no processes, and the host's bound on its threads ends the sandbox
const { spawn } = require('child_process');
const fs = require('fs');

for (let i = 0; i < 60; i++) spawn('sleep', ['60']).on('error', () => {});
const alive = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== '1');
if (alive.length > 16) console.log('BREACH:', alive.length, 'processes');
process.exit(0);
