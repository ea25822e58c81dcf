// Looks for the host's folders in what the kernel says of mounts.
// under docker: not-held, the engine names its own folders to the kernel
const mounts = require('fs').readFileSync('/proc/self/mountinfo', 'utf8');
for (const line of mounts.split('\n')) {
  if (/\/var\/lib\/|\/run\/|overlay2/.test(line)) console.log('BREACH:', line);
}
