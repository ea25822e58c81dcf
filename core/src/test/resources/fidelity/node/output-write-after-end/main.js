process.stdout.end('the end\n');
console.log('not shown');
process.stdout.write('too late');
