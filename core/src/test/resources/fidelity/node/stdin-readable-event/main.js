process.stdin.on('readable', () => {
  let chunk;
  while ((chunk = process.stdin.read(4)) !== null) console.log(String(chunk));
});
process.stdin.on('end', () => console.log('end'));
