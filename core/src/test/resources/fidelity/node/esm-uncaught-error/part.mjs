export function fail() {
  throw new Error('from part');
}
