process.stdin.once('data', () => {
  process.stdin.destroy();
  console.log('destroyed');
});
process.stdin.on('close', () => console.log('closed'));
