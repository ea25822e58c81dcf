console.log(Object.keys(process).sort().join(' '));
console.log(process.exitCode, process.connected, process.channel, typeof process.send);
