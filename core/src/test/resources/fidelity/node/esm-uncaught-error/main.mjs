import { fail } from './part.mjs';

console.log('before');
fail();
