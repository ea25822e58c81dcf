module.exports = function divide(a, b) {
  if (b === 0n) throw new RangeError('divided by zero');
  return a / b;
};
