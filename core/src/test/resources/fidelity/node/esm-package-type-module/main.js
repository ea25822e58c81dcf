import { where } from './lib.js';
import old, { kind } from './old.cjs';

console.log(where, old, kind, process.argv[1]);
