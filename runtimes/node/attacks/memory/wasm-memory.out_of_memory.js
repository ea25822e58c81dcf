// Grows the memory of a WebAssembly module, and writes on all of it.
// limits: memory=128m
const memory = new WebAssembly.Memory({ initial: 1 });
for (;;) {
  const at = memory.grow(64) * 65536;
  new Uint8Array(memory.buffer, at).fill(1);
}
