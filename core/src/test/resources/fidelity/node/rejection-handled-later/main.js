process.on('unhandledRejection', (reason) => console.log('unhandled', reason.message));
process.on('rejectionHandled', () => console.log('handled after all'));
const late = Promise.reject(new Error('late'));
setTimeout(() => late.catch((error) => console.log('caught', error.message)), 10);
