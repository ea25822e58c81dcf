export const name = 'part';
export default function greet() {
  return 'hello';
}
