const soon = Promise.reject(new Error('soon'));
queueMicrotask(() => soon.catch((error) => console.log('caught', error.message)));
process.nextTick(() => console.log('tick'));
