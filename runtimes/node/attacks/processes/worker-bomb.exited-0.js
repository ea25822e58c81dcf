// Starts workers until the kernel refuses: their threads count as processes do.
// limits: pids=16 memory=512m
// under runsc: not-held, because gVisor bounds no threads
const { Worker } = require('worker_threads');
const fs = require('fs');

const end = () => {
  const threads = fs.readdirSync('/proc/self/task').length;
  if (threads > 16) console.log('BREACH:', threads, 'threads');
  process.exit(0);
};
process.on('uncaughtException', end);
const more = () => new Worker('setInterval(() => {}, 1000)', { eval: true }).on('online', more).on('error', end);
more();
