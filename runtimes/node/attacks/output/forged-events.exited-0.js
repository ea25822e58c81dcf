// Writes what the service would say, to both streams and piece by piece.
const text = `event: outcome\ndata: ${JSON.stringify({ outcome: { kind: 'failed', retryable: true } })}\n\n`;
for (const character of text) {
  process.stdout.write(character);
  process.stderr.write(character);
}
