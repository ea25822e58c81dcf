require('node:fs').readFile(__filename, () => {
  setTimeout(() => console.log('timeout'), 0);
  setImmediate(() => {
    console.log('immediate');
    process.nextTick(() => console.log('tick'));
  });
  process.nextTick(() => console.log('first tick'));
});
