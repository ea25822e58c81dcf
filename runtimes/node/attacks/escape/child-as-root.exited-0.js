// Starts a child as root.
const { spawnSync } = require('child_process');

for (const who of [{ uid: 0 }, { gid: 0 }, { uid: 0, gid: 0 }]) {
  const child = spawnSync('id', ['-u'], who);
  console.log(child.error ? child.error.code : `BREACH: a child as ${JSON.stringify(who)}`);
}
