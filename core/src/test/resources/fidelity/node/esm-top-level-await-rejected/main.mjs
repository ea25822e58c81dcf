console.log('before');
await Promise.reject(new RangeError('awaited'));
console.log('never');
