console.assert(true, 'not shown');
console.assert(false, 'shown %s', 'formatted');
console.assert();
console.count();
console.count('named');
console.count();
console.countReset();
console.count();
