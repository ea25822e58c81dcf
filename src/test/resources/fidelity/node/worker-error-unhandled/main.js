new (require('node:worker_threads').Worker)('./worker.js');
