console.table([{ a: 1, b: 'x' }, { a: 2, c: true }]);
console.dir({ deep: { deeper: { deepest: { hidden: 1 } } } }, { depth: 1 });
console.group('outer');
console.log('inside\ntwo lines');
console.group();
console.error('deeper');
console.groupEnd();
console.groupEnd();
console.log('outside');
