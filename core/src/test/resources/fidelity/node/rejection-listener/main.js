process.on('unhandledRejection', (reason, promise) => {
  console.log('listener', reason.message, promise instanceof Promise);
  process.exitCode = 6;
});
Promise.reject(new Error('one'));
Promise.reject(new Error('two'));
setTimeout(() => console.log('goes on'), 5);
