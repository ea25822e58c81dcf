const target = new EventTarget();
target.addEventListener('hit', () => {
  throw new Error('in a listener');
});
target.dispatchEvent(new Event('hit'));
console.log('dispatch returned');
