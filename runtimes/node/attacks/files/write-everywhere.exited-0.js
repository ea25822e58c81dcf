// Tries to make a file in every folder of the sandbox.
const fs = require('fs');
const own = ['/work', '/tmp', '/dev/shm', '/dev/mqueue', '/proc', '/sys'];

const visit = (folder) => {
  if (own.includes(folder)) return;
  try {
    fs.writeFileSync(`${folder}/.attack`, 'x');
    console.log('BREACH: wrote in', folder);
  } catch {
    // as it should be
  }
  try {
    fs.readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .forEach((entry) => visit(`${folder === '/' ? '' : folder}/${entry.name}`));
  } catch {
    // a folder of root's own
  }
};
visit('/');
