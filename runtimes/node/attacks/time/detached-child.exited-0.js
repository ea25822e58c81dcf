// Leaves a child in a session of its own that goes on computing after the program's end.
const { spawn } = require('child_process');

const script = "sleep 1; echo 'BREACH: a detached child outlived the program'; while :; do :; done";
spawn('sh', ['-c', script], { detached: true, stdio: 'inherit' }).unref();
