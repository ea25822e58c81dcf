// Sends every signal to PID 1.
for (let number = 1; number < 32; number++) {
  try {
    process.kill(1, number);
    console.log('BREACH: sent signal', number);
  } catch (e) {
    if (e.code !== 'EPERM') throw e;
  }
}
