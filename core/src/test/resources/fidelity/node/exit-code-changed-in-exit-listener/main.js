process.on('exit', (code) => {
  console.log('first', code);
  process.exitCode = 5;
});
process.on('exit', (code) => console.log('second', code, process.exitCode));
process.exit();
