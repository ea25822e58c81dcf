process.on('message', (message) => {
  process.send({ message, argv: process.argv.slice(1), execArgv: process.execArgv, main: require.main === module });
  process.disconnect();
});
