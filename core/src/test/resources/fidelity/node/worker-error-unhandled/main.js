Error.stackTraceLimit = 0; // where the main thread stands when it hears of the death is left to chance
new (require('node:worker_threads').Worker)('./worker.js');
