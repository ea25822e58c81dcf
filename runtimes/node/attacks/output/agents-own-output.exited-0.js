// Writes where the agent writes, by way of /proc.
const fs = require('fs');

for (const path of ['/proc/1/fd/0', '/proc/1/fd/1', '/proc/1/fd/2']) {
  try {
    fs.openSync(path, 'w');
    console.log('BREACH:', path);
  } catch (e) {
    console.log(e.code);
  }
}
