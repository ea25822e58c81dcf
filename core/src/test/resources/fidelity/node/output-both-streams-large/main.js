for (let number = 0; number < 4000; number++) {
  console.log('out', number, 'x'.repeat(90));
  console.error('err', number, 'y'.repeat(90));
}
