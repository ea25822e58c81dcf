const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'case-'));
fs.writeFileSync(path.join(folder, 'a'), 'scratch');
console.log(os.tmpdir(), fs.readFileSync(path.join(folder, 'a'), 'utf8'), JSON.stringify(os.EOL));
fs.rmSync(folder, { recursive: true });
