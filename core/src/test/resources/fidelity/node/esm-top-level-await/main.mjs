import { value } from './slow.mjs';

console.log(value, await Promise.all([1, Promise.resolve(2)]));
for await (const letter of ['a', Promise.resolve('b')]) console.log(letter);
