const signals = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2', 'SIGWINCH'];
let left = signals.length;
const keepAlive = setTimeout(() => {}, 5000);

function next() {
  if (left === 0) return clearTimeout(keepAlive);
  process.kill(process.pid, signals[--left]);
}
for (const signal of signals) {
  process.once(signal, (name, number) => {
    console.log(name, number, process.listenerCount(signal));
    next();
  });
}
next();
