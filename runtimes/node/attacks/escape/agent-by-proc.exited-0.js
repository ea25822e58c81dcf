// Reads what the agent knows, by way of /proc.
const fs = require('fs');

for (const name of ['environ', 'mem', 'maps', 'fd/0', 'cwd/etc/passwd', 'root/etc/passwd', 'io']) {
  try {
    fs.readFileSync(`/proc/1/${name}`);
    console.log('BREACH: read', name);
  } catch (e) {
    console.log(e.code);
  }
}
