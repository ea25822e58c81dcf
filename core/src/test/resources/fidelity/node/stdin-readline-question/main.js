const readline = require('node:readline');

const console2 = readline.createInterface({ input: process.stdin, output: process.stdout });
console2.question('Name? ', (name) => {
  console.log(`hello ${name}`);
  console2.close();
});
