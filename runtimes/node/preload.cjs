'use strict';
// Preloaded into every node of a sandbox. Into the waiting one (MAYFLY_WARM is set) it brings the pause: node is up, was started on a link to
// nowhere, and is just before it opens its main module. The agent then points the link at the entry point, so that node itself loads it, and no
// frame of ours is on its stack. Anywhere else it only tidies up its own traces.
function takeProgram() {
  require('net'); // what the first console.log would load, and compile, while the caller waits
  require('tty');
  const nowhere = { write() {}, on() {}, once() {}, removeListener() {}, listenerCount: () => 0 };
  new console.Console({ stdout: nowhere, colorMode: false }).log('%s', 'text', 1); // in colour it would open process.stderr
  if (require('fs').existsSync('/usr/share/typescript')) loadTypeStripper();
  const addon = { exports: {} };
  process.dlopen(addon, '/mayfly/node.so');
  const [entrypoint, count, ...words] = addon.exports.wait().split('\0');
  // Started elsewhere: --require makes node remember which package.json the current folder has, and now there may be one.
  process.chdir('/work');
  const args = words.slice(0, Number(count));
  process.argv.splice(1, process.argv.length, require('path').resolve('/work', entrypoint), ...args);
  for (const pair of words.slice(args.length, -1)) {
    const equals = pair.indexOf('=');
    process.env[pair.slice(0, equals)] = pair.slice(equals + 1);
  }
}

// In the image of TypeScript: WebAssembly, which is compiled when it is first used. Its warning is not the program's.
function loadTypeStripper() {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  require('module').stripTypeScriptTypes('const n: number = 1;');
  process.emitWarning = emitWarning;
}

const ours = process.execArgv.indexOf(__filename);
const options = ours >= 0 ? process.execArgv.splice(0, ours + 1) : [];
// The main heap has its bound by now. Left in place, the option would be every worker's, whatever its resourceLimits are.
if (options.some((option) => option.startsWith('--max-old-space-size='))) require('v8').setFlagsFromString('--max-old-space-size=0');
delete require.cache[__filename];
if (process.env.MAYFLY_WARM) {
  delete process.env.MAYFLY_WARM;
  takeProgram();
}
