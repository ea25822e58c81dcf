// Nothing but the three standard streams is open in a child.
const { execFileSync } = require('node:child_process');

console.log(execFileSync('ls', ['/proc/self/fd'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }));
