console.log(require('node:fs').readFileSync('/dev/stdin', 'utf8').trim());
