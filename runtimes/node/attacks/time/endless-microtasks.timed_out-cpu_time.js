// Never lets the event loop have its turn.
// limits: cpu-time=300ms wall-time=5s
// under runsc: timed_out-wall_time, because gVisor tells no CPU time of the box
const again = () => Promise.resolve().then(again);
setTimeout(() => process.exit(1), 100);
again();
