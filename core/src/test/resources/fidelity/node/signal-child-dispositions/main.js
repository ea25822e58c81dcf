// A child gets the default dispositions.
const { spawnSync } = require('node:child_process');

for (const name of ['PIPE', 'INT', 'TERM', 'USR1']) {
  const { status, signal, stdout } = spawnSync('sh', ['-c', `kill -${name} $$; echo survived`]);
  console.log(name, status, signal, String(stdout));
}
