// Logs one line of 20 MB.
// limits: output=64k
console.log('x'.repeat(20_000_000));
