process.stdin.on('end', () => console.log('never'));
console.log(process.stdin.fd, process.stdin.readableEnded, process.stdin.isPaused());
