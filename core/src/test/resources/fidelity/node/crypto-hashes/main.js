const crypto = require('node:crypto');

for (const name of ['md5', 'sha1', 'sha256', 'sha512', 'sha3-256']) {
  console.log(name, crypto.createHash(name).update('mayfly').digest('hex'));
}
console.log(crypto.createHmac('sha256', 'key').update('text').digest('base64url'));
console.log(crypto.pbkdf2Sync('secret', 'salt', 1000, 16, 'sha256').toString('hex'), crypto.randomUUID().length);
