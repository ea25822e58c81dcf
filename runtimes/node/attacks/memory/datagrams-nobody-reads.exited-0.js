// Leaves datagrams unread in 100 sockets of its own loopback.
// under runsc: out_of_memory, gVisor's kernel, with its sockets, is in the sandbox's memory
// limits: memory=128m
// under cgroup v2: out_of_memory or exited-0, what waits in sockets is the sandbox's memory there
// under docker on cgroup v1: not-held, nobody charges sockets there: runc does not set memory.kmem.tcp.limit_in_bytes
const dgram = require('dgram');
const { readFileSync } = require('fs');
const receivers = [];
let left = 100;
for (let i = 0; i < 100; i++) {
  const receiver = dgram.createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
  receivers.push(receiver);
  receiver.bind(0, '127.0.0.1', () => {
    const sender = dgram.createSocket('udp4');
    let sent = 0;
    const next = () => {
      if (sent++ < 16) return sender.send(Buffer.alloc(60000), receiver.address().port, '127.0.0.1', next);
      sender.close();
      if (--left === 0) report();
    };
    next();
  });
}
function report() {
  const pages = Number(/^UDP: inuse \d+ mem (\d+)/m.exec(readFileSync('/proc/net/sockstat', 'utf8'))?.[1] ?? 0);
  if (pages * 4096 > 256 << 20) console.log('BREACH:', pages, 'pages in sockets of this host');
  process.exit(0);
}
