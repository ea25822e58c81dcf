let count = 0;
const interval = setInterval(() => {
  console.log(++count);
  if (count === 3) clearInterval(interval);
}, 2);
setTimeout(() => console.log('never'), 60000).unref();
const refreshed = setTimeout(() => {}, 10);
console.log(refreshed.hasRef(), refreshed.refresh() === refreshed, typeof refreshed[Symbol.toPrimitive]());
