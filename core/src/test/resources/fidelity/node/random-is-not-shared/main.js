// Two processes must not share a seed.
const { execFileSync } = require('node:child_process');
const { randomBytes } = require('node:crypto');

const child = () => execFileSync(process.execPath, ['-p', 'Math.random()'], { encoding: 'utf8' }).trim();
const values = new Set([String(Math.random()), child(), child()]);
console.log(values.size, randomBytes(8).equals(randomBytes(8)));
