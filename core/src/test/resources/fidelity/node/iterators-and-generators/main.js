function* count() {
  try {
    yield* [1, 2, 3];
  } finally {
    console.log('closed');
  }
}
for (const n of count()) {
  if (n === 2) break;
  console.log(n);
}
const [first, ...rest] = count();
console.log(first, rest, Object.groupBy ? 'groups' : 'no groups', [3, 1, 2].toSorted());
