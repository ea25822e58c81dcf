// Listens to every signal that can be caught, and does nothing about it.
// limits: wall-time=1s
const { signals } = require('os').constants;

for (const name of Object.keys(signals)) {
  try {
    process.on(name, () => {});
  } catch {
    // SIGKILL and SIGSTOP are nobody's to catch
  }
}
setInterval(() => {}, 1000);
