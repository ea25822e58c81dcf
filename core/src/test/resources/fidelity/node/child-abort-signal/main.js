const { execFile } = require('node:child_process');

const stop = new AbortController();
execFile('sleep', ['30'], { signal: stop.signal }, (error) => console.log(error.name, error.code, error.killed));
stop.abort();
