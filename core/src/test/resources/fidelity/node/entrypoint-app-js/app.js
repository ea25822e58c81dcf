console.log(process.argv[1], __filename, require.main === module);
throw new Error('from app');
