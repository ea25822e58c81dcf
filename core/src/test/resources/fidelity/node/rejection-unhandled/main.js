async function load() {
  throw new Error('rejected');
}
load();
setTimeout(() => console.log('never'), 50);
