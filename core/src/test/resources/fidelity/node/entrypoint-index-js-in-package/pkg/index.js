console.log('index', require.resolve('../pkg'), require.main === module);
