const crypto = require('node:crypto');

const key = Buffer.alloc(32, 1);
const iv = Buffer.alloc(12, 2);
const cipher = crypto.createCipheriv('aes-256-gcm', key, iv);
const sealed = Buffer.concat([cipher.update('hidden'), cipher.final()]);
console.log(sealed.toString('hex'), cipher.getAuthTag().toString('hex'));
const decipher = crypto.createDecipheriv('aes-256-gcm', key, iv).setAuthTag(Buffer.alloc(16));
decipher.update(sealed);
decipher.final();
