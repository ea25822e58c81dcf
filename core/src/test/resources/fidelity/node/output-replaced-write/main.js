const write = process.stdout.write;
const seen = [];
process.stdout.write = (text) => seen.push(text);
console.log('captured');
process.stdout.write = write;
console.log(seen);
