import { b, late } from './b.mjs';

export const a = 'a';
export function hoisted() {
  return 'hoisted from a';
}
console.log(b, late());
