console.log(process.argv.slice(1), __filename, __filename.length);
throw new Error('ü');
