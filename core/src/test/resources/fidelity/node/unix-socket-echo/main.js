const net = require('node:net');

const server = net.createServer((socket) => socket.on('data', (data) => socket.end(String(data).toUpperCase())));
server.listen('./echo.sock', () => {
  const client = net.connect('./echo.sock', () => client.write('echo'));
  client.on('data', (data) => console.log(String(data)));
  client.on('close', () => server.close(() => console.log('closed')));
});
