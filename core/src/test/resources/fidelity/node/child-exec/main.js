const { exec } = require('node:child_process');

exec('echo out; echo err >&2; exit 3', (error, stdout, stderr) => {
  console.log(error.code, error.killed, error.signal, error.message, JSON.stringify([stdout, stderr]));
});
