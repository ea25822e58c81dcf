// Removes everything that there is.
const fs = require('fs');

for (const path of ['/etc', '/usr', '/mayfly', '/dev/mayfly', '/var', '/work', '/tmp']) {
  try {
    fs.rmSync(path, { recursive: true, force: true });
  } catch (e) {
    console.log(path, e.code);
  }
}
for (const path of ['/etc/passwd', '/usr/bin/node', '/mayfly/agent', '/dev/mayfly/entrypoint']) {
  if (!fs.existsSync(path) && path !== '/dev/mayfly/entrypoint') console.log('BREACH: removed', path);
}
