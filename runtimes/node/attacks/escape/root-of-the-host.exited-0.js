// Asks whether root in here is root on the host.
// under docker: not-held, unless the engine has userns-remap
// under runsc: not-held, gVisor has users of its own, in its own kernel
const [, outside] = require('fs').readFileSync('/proc/self/uid_map', 'utf8').trim().split(/\s+/).map(Number);
if (outside < 65536) console.log('BREACH: it is user', outside, 'there');
