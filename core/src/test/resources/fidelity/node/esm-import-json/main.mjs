import data from './data.json' with { type: 'json' };

console.log(data);
await import('./data.json').catch((error) => console.log(error.code));
