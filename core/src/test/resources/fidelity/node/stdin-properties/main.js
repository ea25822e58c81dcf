const { stdin, stdout, stderr } = process;
console.log(stdin.fd, stdout.fd, stderr.fd, stdin.isTTY, stdout.isTTY, stderr.isTTY);
console.log(stdout.columns, stdout.hasColors, stdout.writableHighWaterMark, stdout._type, stderr._type);
console.log(stdout.constructor.name, stderr.constructor.name, stdout.writableLength, stdout.listenerCount('error'));
