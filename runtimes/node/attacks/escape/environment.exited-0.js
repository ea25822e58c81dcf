// Looks for a variable of the service, of its host or of its engine.
const fs = require('fs');
const expected = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/work', LANG: 'C.UTF-8', HOSTNAME: 'mayfly', TERM: 'xterm-256color', OMP_NUM_THREADS: '1' };

for (const [name, value] of Object.entries(process.env)) {
  if (expected[name] !== value) console.log('BREACH:', name, value);
}
for (const pair of fs.readFileSync('/proc/self/environ', 'utf8').split('\0').filter(Boolean)) {
  const name = pair.split('=')[0];
  if (!(name in expected) && name !== 'MAYFLY_WARM') console.log('BREACH: at its start it had', pair);
}
