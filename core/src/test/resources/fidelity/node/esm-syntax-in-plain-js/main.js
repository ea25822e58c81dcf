import { basename } from 'node:path';

console.log(basename(import.meta.url), typeof require, await 7);
