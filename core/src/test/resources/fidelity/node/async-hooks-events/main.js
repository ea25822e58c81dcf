const fs = require('node:fs');
const { createHook } = require('node:async_hooks');

const types = [];
const hook = createHook({ init: (id, type) => types.push(type) }).enable();
setTimeout(() => {}, 1);
Promise.resolve().then(() => {});
hook.disable();
fs.writeSync(1, `${types}\n`);
