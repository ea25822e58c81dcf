const error = new TypeError('shown', { cause: new Error('deep') });
console.log(error);
console.error(error);
console.log({ error }, String(error), JSON.stringify(error));
