import fs from 'node:fs/promises';

await fs.mkdir('out/deep', { recursive: true });
await fs.writeFile('out/deep/a.txt', 'text');
await fs.appendFile('out/deep/a.txt', ' and more');
await fs.symlink('deep/a.txt', 'out/link');
console.log(await fs.readFile('out/link', 'utf8'), (await fs.stat('out/link')).size);
console.log((await fs.readdir('out', { recursive: true })).sort());
await fs.rm('out', { recursive: true });
await fs.access('out');
