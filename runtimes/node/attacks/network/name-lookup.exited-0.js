// Looks up a name with the C library and with a resolver of its own.
const fs = require('fs');

const lines = (path) => (fs.existsSync(path) ? fs.readFileSync(path, 'utf8').trim().split('\n') : []);
const ways = [...lines('/proc/net/route').slice(1), ...lines('/proc/net/ipv6_route').filter((line) => line && !line.endsWith(' lo'))];
if (ways.length > 0) {
  console.log('BREACH: a way out', ways);
  process.exit();
}

const dns = require('dns');

dns.lookup('example.com', (error, address) => console.log(error ? error.code : `BREACH: ${address}`));
const resolver = new dns.Resolver({ timeout: 300, tries: 1 });
resolver.setServers(['1.1.1.1', '169.254.169.253']);
resolver.resolve4('example.com', (error, addresses) => console.log(error ? error.code : `BREACH: ${addresses}`));
