console.log(import.meta.url, import.meta.filename, import.meta.dirname);
console.log(import.meta.resolve('./x.mjs'), import.meta.resolve('node:fs'), Object.keys(import.meta));
console.log(process.argv[1] === import.meta.filename);
