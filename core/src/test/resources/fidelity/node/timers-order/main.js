setTimeout(() => console.log('timeout 0'), 0);
setTimeout(() => console.log('timeout 30'), 30);
process.nextTick(() => console.log('tick'));
Promise.resolve().then(() => {
  console.log('microtask');
  process.nextTick(() => console.log('tick from microtask'));
}).then(() => console.log('second microtask'));
queueMicrotask(() => console.log('queued'));
(async () => {
  console.log('async begins');
  await null;
  console.log('async goes on');
})();
console.log('main ends');
