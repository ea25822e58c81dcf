const { MessageChannel, receiveMessageOnPort } = require('node:worker_threads');

const { port1, port2 } = new MessageChannel();
port1.postMessage({ date: new Date(0), map: new Map([[1, 2]]) });
console.log(receiveMessageOnPort(port2), receiveMessageOnPort(port2));
port2.on('message', (message) => {
  console.log('got', message);
  port2.close();
});
port1.postMessage('later');
