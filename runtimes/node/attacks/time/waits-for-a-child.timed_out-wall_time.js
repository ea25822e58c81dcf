// Blocks in a synchronous call until a child ends that never does.
// limits: wall-time=1s
require('child_process').spawnSync('sleep', ['1000']);
