// Asks for files back that are links to what lies outside.
// outputs: **/*.txt
// brings-back: honest.txt
const fs = require('fs');

fs.symlinkSync('/etc/passwd', 'stolen.txt');
fs.symlinkSync('/proc/1/environ', 'agent.txt');
fs.symlinkSync('/usr/share', 'share');
fs.writeFileSync('honest.txt', 'mine');
