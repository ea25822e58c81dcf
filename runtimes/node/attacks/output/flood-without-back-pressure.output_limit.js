// Writes on and on without ever waiting for what it wrote to be taken.
// limits: output=64k
const more = () => {
  for (let i = 0; i < 100; i++) process.stdout.write('x'.repeat(1000));
  setImmediate(more);
};
more();
