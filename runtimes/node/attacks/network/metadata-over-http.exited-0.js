// Asks the cloud for the credentials of its host.
const fs = require('fs');

const lines = (path) => (fs.existsSync(path) ? fs.readFileSync(path, 'utf8').trim().split('\n') : []);
const ways = [...lines('/proc/net/route').slice(1), ...lines('/proc/net/ipv6_route').filter((line) => line && !line.endsWith(' lo'))];
if (ways.length > 0) {
  console.log('BREACH: a way out', ways);
  process.exit();
}

const http = require('http');

for (const path of ['/latest/meta-data/iam/security-credentials/', '/computeMetadata/v1/instance/service-accounts/default/token']) {
  http
    .get({ host: '169.254.169.254', path, headers: { 'Metadata-Flavor': 'Google' }, timeout: 500 }, (answer) => {
      console.log('BREACH: the metadata service answered', answer.statusCode);
      answer.destroy();
    })
    .on('timeout', function () {
      console.log('BREACH: a packet left');
      this.destroy();
    })
    .on('error', (e) => console.log(e.code));
}
