const { EventEmitter } = require('node:events');

process.removeAllListeners('warning');
process.on('warning', (warning) => console.log(warning.name, warning.type, warning.count, warning.message));
const emitter = new EventEmitter();
for (let n = 0; n < 12; n++) emitter.on('tick', () => {});
