const { fork } = require('node:child_process');

const child = fork('./child.js', ['a b']);
child.on('message', (message) => console.log(message));
child.on('exit', (code) => console.log('exit', code, child.connected));
child.send({ hello: 'child' });
