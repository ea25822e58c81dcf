import fs, { existsSync } from 'node:fs';
import text, { sum } from './lib/sum.mjs';
import * as all from './lib/sum.mjs';

console.log(sum(1, 2, 3), text, all, existsSync('main.mjs'), fs.existsSync('no'));
console.log(this, typeof require, typeof module, typeof __filename);
