// Sends datagrams, to one and to all.
const fs = require('fs');

const lines = (path) => (fs.existsSync(path) ? fs.readFileSync(path, 'utf8').trim().split('\n') : []);
const ways = [...lines('/proc/net/route').slice(1), ...lines('/proc/net/ipv6_route').filter((line) => line && !line.endsWith(' lo'))];
if (ways.length > 0) {
  console.log('BREACH: a way out', ways);
  process.exit();
}

const dgram = require('dgram');

for (const address of ['10.0.2.3', '255.255.255.255', '239.1.1.1']) {
  const client = dgram.createSocket('udp4');
  client.bind(0, () => {
    client.setBroadcast(true);
    client.send('x', 53, address, (error) => {
      console.log(error ? error.code : `BREACH: sent to ${address}`);
      client.close();
    });
  });
}
