// Asks to be preferred to others by the scheduler, and the agent to be put behind.
// under runsc: not-held, because gVisor lets anybody set any priority, which means nothing to the host
const os = require('os');

for (const [pid, priority] of [[0, -20], [1, 19]]) {
  try {
    os.setPriority(pid, priority);
    console.log('BREACH: priority', priority, 'for', pid);
  } catch (e) {
    console.log(e.code);
  }
}
