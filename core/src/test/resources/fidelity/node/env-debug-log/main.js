// The line itself would tell the process id.
const log = require('node:util').debuglog('shop');
console.log(log.enabled, require('node:util').debuglog('other').enabled);
