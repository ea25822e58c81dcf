process.chdir('/tmp');
console.log(require('./late'));
import('./late.js').then((late) => console.log(late.default));
