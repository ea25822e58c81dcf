import { createInterface } from 'node:readline/promises';

const asker = createInterface({ input: process.stdin, output: process.stdout, terminal: false });
const colour = await asker.question('Colour? ');
asker.close();
console.log(`you said ${colour}`);
