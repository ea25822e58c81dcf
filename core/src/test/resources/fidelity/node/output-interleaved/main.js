for (let number = 0; number < 5; number++) {
  console.log('out', number);
  console.error('err', number);
}
console.warn('warn');
console.info('info');
console.debug('debug');
