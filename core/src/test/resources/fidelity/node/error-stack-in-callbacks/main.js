const show = (name) => console.log(new Error(name).stack);

process.nextTick(show, 'nextTick');
Promise.resolve('promise').then(show);
setTimeout(show, 1, 'timeout');
setTimeout(() => setImmediate(show, 'immediate'), 20);
