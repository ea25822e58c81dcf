const attempts = [() => missing, () => null.x, () => undefined.f(), () => (1)(), () => new (() => {})(), () => 1n + 1,
  () => { const c = 1; c = 2; }, () => [].reduce((a) => a), () => 'x'.repeat(-1), () => x + (() => { let x; })()];
let x;
for (const attempt of attempts) {
  try {
    console.log(attempt());
  } catch (error) {
    console.log(error.name, error.message);
  }
}
({}).f.g;
