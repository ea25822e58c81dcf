process.stdin.on('data', () => console.log('never'));
process.stdin.on('end', () => console.log('ended at once'));
