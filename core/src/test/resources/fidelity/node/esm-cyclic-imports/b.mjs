import { a, hoisted } from './a.mjs';

export const b = `b with ${hoisted()}`;
export const late = () => a;
try {
  console.log(a);
} catch (error) {
  console.log(error.name, error.message);
}
