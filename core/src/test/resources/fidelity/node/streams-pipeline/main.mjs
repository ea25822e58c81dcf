import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const loud = new Transform({ transform: (chunk, encoding, done) => done(null, String(chunk).toUpperCase()) });
await pipeline(Readable.from(['a\n', 'b\n']), loud, process.stdout, { end: false });
const failing = async function* () {
  yield 'c';
  throw new Error('broken stream');
};
await pipeline(failing, async (source) => { for await (const chunk of source) console.log(chunk); });
