// Looks for what an earlier run left, and leaves something for the next one.
const fs = require('fs');
const path = require('path');

const allowed = { '/work': [path.basename(__filename)], '/tmp': [], '/dev/shm': [] };
for (const [folder, names] of Object.entries(allowed)) {
  const found = fs.readdirSync(folder);
  if (found.join() !== names.join()) console.log('BREACH: found', found, 'in', folder);
  fs.writeFileSync(`${folder}/left-over`, 'x');
}
