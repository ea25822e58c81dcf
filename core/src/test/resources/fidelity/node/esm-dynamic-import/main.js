(async () => {
  console.log((await import('./one.mjs')).name, (await import('./two.js')).default);
  console.log((await import('data:text/javascript,export default 5')).default);
  await import('./three.mjs').catch((error) => console.log(error.code, error.message));
  await import('bare').catch((error) => console.log(error.code, error.message));
})();
