'use strict';
// Preloaded into a node that was started on a link to nowhere: node is up, and stands just before it opens its main
// module. The agent then points the link at the entry point, so that node itself loads it, and no frame of ours is on
// its stack. Workers and child processes load nothing of this: they find no control socket.
const CONTROL_FD = 1000;
const fs = require('fs');
const { isMainThread } = require('worker_threads');

function readEverything() {
  const chunks = [];
  const chunk = Buffer.allocUnsafeSlow(65536);
  for (let length; (length = fs.readSync(CONTROL_FD, chunk)) > 0;) chunks.push(Buffer.from(chunk.subarray(0, length)));
  return Buffer.concat(chunks).toString('utf8');
}

// What every first console.log would otherwise load while the caller waits.
function warmUp() {
  void process.stdout;
  void process.stderr;
  require('module')._findPath(__filename, null, false);
}

function takeJob() {
  fs.writeSync(CONTROL_FD, 'R');
  const [entrypoint, count, ...words] = readEverything().split('\0');
  fs.closeSync(CONTROL_FD);
  const args = words.slice(0, Number(count));
  process.argv.splice(1, process.argv.length, `${process.cwd()}/${entrypoint}`, ...args);
  for (const pair of words.slice(args.length, -1)) {
    const equals = pair.indexOf('=');
    process.env[pair.slice(0, equals)] = pair.slice(equals + 1);
  }
}

if (isMainThread && process.execArgv.includes(__filename)) {
  process.execArgv.splice(0);
  delete require.cache[__filename];
  warmUp();
  takeJob();
}
