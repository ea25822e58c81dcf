const zlib = require('node:zlib');

const text = 'mayfly '.repeat(2000);
const packed = zlib.gzipSync(text);
console.log(packed.length < 200, zlib.gunzipSync(packed).toString() === text);
console.log(zlib.brotliDecompressSync(zlib.brotliCompressSync(text)).length);
zlib.inflateSync(Buffer.from('not deflated'));
