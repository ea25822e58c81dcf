const { EventEmitter, once } = require('node:events');

const target = new EventTarget();
target.addEventListener('hit', (event) => console.log(event.type, event.detail), { once: true });
target.dispatchEvent(new CustomEvent('hit', { detail: 5 }));
console.log(target.dispatchEvent(new Event('hit')));
const emitter = new EventEmitter();
once(emitter, 'ready').then((values) => console.log('ready', values));
emitter.emit('ready', 1, 2);
once(emitter, 'never', { signal: AbortSignal.abort('enough') }).catch((error) => console.log(error.name, error.cause));
