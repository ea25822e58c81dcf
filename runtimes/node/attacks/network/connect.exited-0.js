// Connects to metadata services, to gateways and to the Internet.
const fs = require('fs');

const lines = (path) => (fs.existsSync(path) ? fs.readFileSync(path, 'utf8').trim().split('\n') : []);
const ways = [...lines('/proc/net/route').slice(1), ...lines('/proc/net/ipv6_route').filter((line) => line && !line.endsWith(' lo'))];
if (ways.length > 0) {
  console.log('BREACH: a way out', ways);
  process.exit();
}

const net = require('net');

for (const [host, port] of [['169.254.169.254', 80], ['172.17.0.1', 2375], ['10.0.2.2', 22], ['2606:4700:4700::1111', 53]]) {
  const client = net.connect({ host, port });
  client.setTimeout(500, () => console.log('BREACH: a packet left for', host, client.destroy() && ''));
  client.on('connect', () => console.log('BREACH: connected to', host, client.destroy() && ''));
  client.on('error', (e) => console.log(e.code));
}
