// The main script runs in the root context, not in a callback of its starter.
const hooks = require('node:async_hooks');

console.log(hooks.executionAsyncId(), hooks.triggerAsyncId(), hooks.executionAsyncResource());
