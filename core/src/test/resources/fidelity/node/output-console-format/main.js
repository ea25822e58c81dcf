console.log('%s %d %i %f %j %o %O %c %% %x', 'text', 42.5, 42.5, '1.5', { a: 1 }, [1], { b: { c: {} } }, 'css', 'rest');
console.log(new Map([['k', new Set([1])]]), [1, , 3], Symbol('s'), 10n, -0, null, undefined, () => {}, class A {});
console.log('a'.repeat(200).length, Array(120).fill(0), { long: 'x'.repeat(100), other: 'y'.repeat(30) });
