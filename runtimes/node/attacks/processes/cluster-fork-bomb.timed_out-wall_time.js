// Every member of a cluster starts more of them.
// limits: wall-time=2s memory=512m
// under runsc: not-held, because gVisor bounds no processes, and the host's bound on its threads ends the sandbox
const { fork } = require('child_process');

process.on('uncaughtException', () => {});
setInterval(() => fork(__filename).on('error', () => {}), 10);
