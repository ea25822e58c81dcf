const { Worker } = require('node:worker_threads');

const source = `
  const { parentPort } = require('node:worker_threads');
  const { execArgv, argv, env, title } = process;
  parentPort.postMessage([execArgv, argv, env.GREETING, env.NODE_OPTIONS, title, process.cwd(), require.main === module]);
`;
new Worker(source, { eval: true, argv: ['y'] }).on('message', (seen) => console.log(seen));
