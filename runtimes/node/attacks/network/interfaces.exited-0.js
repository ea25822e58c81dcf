// Looks for an interface beside the loopback.
const fs = require('fs');

const lines = (path) => (fs.existsSync(path) ? fs.readFileSync(path, 'utf8').trim().split('\n') : []);
const ways = [...lines('/proc/net/route').slice(1), ...lines('/proc/net/ipv6_route').filter((line) => line && !line.endsWith(' lo'))];
if (ways.length > 0) {
  console.log('BREACH: a way out', ways);
  process.exit();
}

for (const [name, addresses] of Object.entries(require('os').networkInterfaces())) {
  if (!addresses.every((address) => address.internal)) console.log('BREACH: interface', name);
}
