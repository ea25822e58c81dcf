function check() {
  const holder = {};
  Error.captureStackTrace(holder, check);
  return holder.stack.split('\n').slice(0, 2);
}
console.log(check());
