const ring = { date: new Date(0), set: new Set([1]), bytes: new Uint8Array([1, 2]) };
ring.self = ring;
const copy = structuredClone(ring);
console.log(copy, copy.self === copy, copy.set !== ring.set);
structuredClone({ f() {} });
