const { EventEmitter } = require('node:events');

const emitter = new EventEmitter();
emitter.on('error', () => console.log('handled'));
emitter.emit('error', new Error('first'));
emitter.removeAllListeners();
emitter.emit('error', new Error('second'));
