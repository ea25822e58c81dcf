const counts = Object.fromEntries(process.eventNames().map((name) => [String(name), process.listenerCount(name)]));
console.log(counts);
for (const name of ['exit', 'beforeExit', 'uncaughtException', 'unhandledRejection', 'message', 'SIGINT', 'SIGTERM']) {
  console.log(name, process.listenerCount(name));
}
console.log(process.getMaxListeners());
