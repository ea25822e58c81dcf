const { AsyncLocalStorage } = require('node:async_hooks');

const request = new AsyncLocalStorage();
console.log(request.getStore());
async function handle(name) {
  await new Promise((resolve) => setTimeout(resolve, 2));
  console.log(name, request.getStore());
}
request.run({ id: 1 }, handle, 'first');
request.run({ id: 2 }, handle, 'second');
setTimeout(() => console.log('outside', request.getStore()), 20);
