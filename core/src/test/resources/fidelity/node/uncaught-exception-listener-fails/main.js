process.on('uncaughtException', () => {
  throw new Error('in the listener');
});
throw new Error('first');
