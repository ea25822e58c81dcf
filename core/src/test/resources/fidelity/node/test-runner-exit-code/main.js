// The runner's summary tells the time taken, so the tests run in a child and only its code and verdicts are compared.
const { spawnSync } = require('node:child_process');

const source = "const test = require('node:test'); test('ok', () => {}); test('bad', () => { throw new Error('x'); });";
const { status, stdout } = spawnSync(process.execPath, ['-e', source], { encoding: 'utf8' });
console.log(status, stdout.split('\n').filter((line) => /^(not )?ok/.test(line)));
