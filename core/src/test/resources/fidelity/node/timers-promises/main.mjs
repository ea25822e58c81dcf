import { setTimeout as wait, setInterval as every } from 'node:timers/promises';

console.log(await wait(2, 'waited'));
let turns = 0;
for await (const value of every(1, 'turn')) {
  console.log(value, ++turns);
  if (turns === 3) break;
}
await wait(5000, null, { signal: AbortSignal.timeout(5) }).catch((error) => console.log(error.name, error.code));
