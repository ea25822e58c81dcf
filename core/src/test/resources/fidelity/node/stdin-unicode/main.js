process.stdin.setEncoding('utf8').on('data', (text) => {
  for (const line of text.trim().split('\n')) console.log(line.length, [...line].length, line);
});
