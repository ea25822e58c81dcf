const { EventEmitter } = require('node:events');

new EventEmitter().emit('error', { reason: 'plain object' });
