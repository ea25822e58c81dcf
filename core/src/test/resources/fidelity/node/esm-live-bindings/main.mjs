import step, { count, total } from './counter.mjs';
import * as counter from './counter.mjs';

step();
console.log(count, total, Object.keys(counter), counter[Symbol.toStringTag]);
count = 5;
