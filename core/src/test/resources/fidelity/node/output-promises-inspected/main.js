console.log(Promise.resolve(1), new Promise(() => {}), (async () => 2)());
const failed = Promise.reject(3);
failed.catch(() => {});
console.log(failed, new WeakMap(), globalThis.process === process, [new Error('x').message]);
