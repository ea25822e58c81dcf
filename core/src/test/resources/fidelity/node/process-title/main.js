console.log(process.title);
process.title = 'renamed';
console.log(process.title);
