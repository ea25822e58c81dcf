const cluster = require('node:cluster');

if (cluster.isPrimary) {
  const worker = cluster.fork({ ROLE: 'helper' });
  worker.on('message', (message) => console.log('primary got', message));
  cluster.on('exit', (gone, code) => console.log('worker left with', code));
} else {
  process.send([process.env.ROLE, cluster.worker.id], () => process.exit(3));
}
