// Reads what the agent knows, by way of /proc.
// under runsc: not-held, because gVisor shows every process of a sandbox to every other, and the agent keeps no secret there
const fs = require('fs');

for (const name of ['environ', 'mem', 'maps', 'fd/0', 'cwd/etc/passwd', 'root/etc/passwd', 'io']) {
  try {
    fs.readFileSync(`/proc/1/${name}`);
    console.log('BREACH: read', name);
  } catch (e) {
    console.log(e.code);
  }
}
