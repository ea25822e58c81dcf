// Never lets the event loop have its turn.
// limits: cpu-time=300ms wall-time=5s
// under runsc: not-held, because gVisor counts its own kernel's memory as the sandbox's, and that runs out first
const again = () => Promise.resolve().then(again);
setTimeout(() => process.exit(1), 100);
again();
