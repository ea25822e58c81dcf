console.log(process.argv.slice(1), __filename);
null.field;
