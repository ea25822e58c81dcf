process.on('uncaughtException', (error, origin) => console.log('caught', error.message, origin));
setTimeout(() => console.log('goes on'), 20);
Promise.reject(new Error('rejected'));
throw new Error('thrown');
