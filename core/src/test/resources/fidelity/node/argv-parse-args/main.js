const { parseArgs } = require('node:util');

const options = { name: { type: 'string' }, verbose: { type: 'boolean', short: 'v' } };
console.log(parseArgs({ options, allowPositionals: true }));
parseArgs({ options });
